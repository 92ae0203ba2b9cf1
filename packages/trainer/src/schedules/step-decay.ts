import { assertCount, assertNonNegative } from '@cifarlab/internals/checks';
import type { Schedule } from './schedule.js';

/**
 * Multiplies the learning rate by `factor` after every `every` steps:
 *
 *     rate(step) = learningRate · factor^⌊(step − 1) / every⌋
 *
 * PyTorch's `StepLR(step_size=every, gamma=factor)`, stepped once per training step.
 *
 * @param learningRate the rate at step 1, 0 or more.
 * @param options when it changes, and how much.
 * @param options.factor default 0.1.
 */
export function stepDecay(learningRate: number, { every, factor = 0.1 }: { every: number; factor?: number }): Schedule {
  assertNonNegative('learningRate', learningRate);
  assertCount('every', every);
  assertNonNegative('factor', factor);
  return (step) => learningRate * factor ** Math.floor((step - 1) / every);
}
