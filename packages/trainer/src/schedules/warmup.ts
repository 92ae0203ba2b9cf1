import { assertCount, assertNonNegative } from '@cifarlab/internals/checks';
import { constant } from './constant.js';
import type { Schedule } from './schedule.js';

/**
 * Puts a linear rise before another schedule, which starts after it with its own step 1:
 *
 *     rate(step) = schedule(1) · (startFactor + (1 − startFactor) · (step − 1) / steps)   for step ≤ steps
 *     rate(step) = schedule(step − steps)                                                 afterwards
 *
 * PyTorch's `SequentialLR` of `LinearLR(start_factor=startFactor, total_iters=steps)` and the other scheduler, with the
 * milestone `steps`. Goyal et al., "Accurate, Large Minibatch SGD" (arXiv:1706.02677), section 2.2.
 *
 * @param schedule the schedule to warm up for, or a constant learning rate.
 * @param options how long it rises, and from where.
 * @param options.startFactor part of the rate at step 1, 0 to 1. Default 1 / steps.
 */
export function warmup(
  schedule: Schedule | number,
  { steps, startFactor = 1 / steps }: { steps: number; startFactor?: number },
): Schedule {
  assertCount('steps', steps);
  assertNonNegative('startFactor', startFactor);
  if (startFactor > 1) throw new RangeError(`startFactor must be 1 or less; got ${startFactor}.`);
  const after = typeof schedule === 'number' ? constant(schedule) : schedule;
  return (step) =>
    step <= steps ? after(1) * (startFactor + ((1 - startFactor) * (step - 1)) / steps) : after(step - steps);
}
