import { assertCount, assertNonNegative } from '@cifarlab/internals/checks';
import type { Schedule } from './schedule.js';

/**
 * Falls from `learningRate` to `min` along half a cosine over `steps` steps, and stays there:
 *
 *     rate(step) = min + (learningRate − min) · (1 + cos(π · t)) / 2   with t = (step − 1) / steps, at most 1
 *
 * PyTorch's `CosineAnnealingLR(T_max=steps, eta_min=min)` up to step `steps + 1`; after that PyTorch's rises again.
 * Loshchilov & Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (arXiv:1608.03983), equation 5.
 *
 * @param learningRate the rate at step 1, 0 or more.
 * @param options how long it falls, and how far.
 * @param options.steps usually the run's `maxSteps`.
 * @param options.min default 0.
 */
export function cosine(learningRate: number, { steps, min = 0 }: { steps: number; min?: number }): Schedule {
  assertNonNegative('learningRate', learningRate);
  assertCount('steps', steps);
  assertNonNegative('min', min);
  return (step) => min + ((learningRate - min) * (1 + Math.cos(Math.PI * Math.min(1, (step - 1) / steps)))) / 2;
}
