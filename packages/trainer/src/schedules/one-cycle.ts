import { assertNonNegative, assertOneOf, assertPositive } from '@cifarlab/internals/checks';
import type { Schedule } from './schedule.js';

/** Options of {@link oneCycle}. */
export interface OneCycleOptions {
  /** Length of the cycle, 2 or more; usually the run's `maxSteps`. */
  steps: number;
  /** Part of the steps in which the rate rises, between 0 and 1. Default 0.3. */
  rise?: number;
  /** The first rate is `maxLearningRate / startDivisor`. Default 25. */
  startDivisor?: number;
  /** The last rate is the first one divided by this. Default 10,000. */
  endDivisor?: number;
  /** The way between two rates: half a cosine or a straight line. Default `cosine`. */
  anneal?: 'cosine' | 'linear';
}

/**
 * Rises from a low learning rate to `maxLearningRate` and falls to almost nothing, in one cycle:
 *
 *     start = maxLearningRate / startDivisor,  end = start / endDivisor,  top = rise · steps − 1
 *     rate(step) = way(start, maxLearningRate, t / top)                        for t = step − 1 ≤ top
 *     rate(step) = way(maxLearningRate, end, (t − top) / (steps − 1 − top))    for top < t ≤ steps − 1
 *
 * where way(a, b, p) is b + (a − b) · (1 + cos(π · p)) / 2 (cosine) or a + (b − a) · p (linear). After the last step the
 * rate stays at `end`. PyTorch's `OneCycleLR(max_lr=maxLearningRate, total_steps=steps, pct_start=rise)`, without the
 * cycling of momentum. Smith & Topin, "Super-Convergence" (arXiv:1708.07120).
 */
export function oneCycle(maxLearningRate: number, options: OneCycleOptions): Schedule {
  const { steps, rise = 0.3, startDivisor = 25, endDivisor = 1e4, anneal = 'cosine' } = options;
  assertNonNegative('maxLearningRate', maxLearningRate);
  if (!Number.isSafeInteger(steps) || steps < 2) {
    throw new RangeError(`steps must be an integer of 2 or more; got ${steps}.`);
  }
  const top = rise * steps - 1;
  if (!(rise < 1 && top > 0)) {
    throw new RangeError(
      `rise must be below 1 and, for ${steps} steps, above ${1 / steps}, so that the rate has a step to rise; got ${rise}.`,
    );
  }
  assertPositive('startDivisor', startDivisor);
  assertPositive('endDivisor', endDivisor);
  assertOneOf('anneal', anneal, ['cosine', 'linear']);

  const way = anneal === 'cosine' ? cosineWay : linearWay;
  const start = maxLearningRate / startDivisor;
  const end = start / endDivisor;
  const last = steps - 1;
  return (step) => {
    const t = Math.min(step - 1, last);
    return t <= top ? way(start, maxLearningRate, t / top) : way(maxLearningRate, end, (t - top) / (last - top));
  };
}

function cosineWay(from: number, to: number, part: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
}

function linearWay(from: number, to: number, part: number): number {
  return from + (to - from) * part;
}
