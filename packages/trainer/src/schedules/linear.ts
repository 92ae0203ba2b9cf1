import { assertCount, assertNonNegative } from '@cifarlab/internals/checks';
import type { Schedule } from './schedule.js';

/**
 * Falls from `learningRate` to `min` along a straight line over `steps` steps, and stays there:
 *
 *     rate(step) = learningRate + (min − learningRate) · t    with t = (step − 1) / steps, at most 1
 *
 * PyTorch's `LinearLR(start_factor=1, end_factor=min / learningRate, total_iters=steps)`.
 *
 * @param learningRate the rate at step 1, 0 or more.
 * @param options how long it falls, and how far.
 * @param options.steps usually the run's `maxSteps`.
 * @param options.min default 0.
 */
export function linear(learningRate: number, { steps, min = 0 }: { steps: number; min?: number }): Schedule {
  assertNonNegative('learningRate', learningRate);
  assertCount('steps', steps);
  assertNonNegative('min', min);
  return (step) => learningRate + (min - learningRate) * Math.min(1, (step - 1) / steps);
}
