import { requireRange } from './errors.js';

const HUGE = 2 ** 800;

/**
 * Smooths noisy values with a centred local linear fit (LOWESS without its robustness passes: W. S. Cleveland, 1979).
 *
 * At each index i a straight line is fitted by least squares to the values at the `window` nearest indices j, weighted
 * by the tricube (1 - (|j - i| / (r + 1))^3)^3 with r the distance of the farthest, and evaluated at i. Being centred
 * it does not lag behind the values, as a moving average of the past does; being linear it does not flatten the two
 * ends, where the window lies on one side. The result never leaves the range of the values in its window. Non-finite
 * values stay gaps and do not spread.
 *
 * @param values one value per index, evenly spaced
 * @param window how many values a fit sees (rounded up to an odd number); 1 leaves the values as they are
 * @returns a new array of the same length
 * @throws PlotError when `window` is not a finite number of at least 1
 */
export function smooth(values: ArrayLike<number>, window: number): Float64Array {
  requireRange('The smoothing window', window, 1);
  const half = Math.floor(window / 2);
  // Sums of the largest doubles would overflow; a power of two scales without rounding.
  const scale = Array.prototype.some.call(values, (value) => Math.abs(value) > HUGE) ? 2 ** -200 : 1;
  const scaled = Float64Array.from(values, (value) => value * scale);
  const smoothed = new Float64Array(values.length).fill(Number.NaN);
  let weights = tricube(half);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(scaled[i]!)) continue;
    const first = Math.max(0, Math.min(i - half, values.length - 1 - 2 * half));
    const last = Math.min(values.length - 1, Math.max(i + half, 2 * half));
    const reach = Math.max(i - first, last - i);
    if (weights.length !== reach + 1) weights = tricube(reach);
    smoothed[i] = fitAt(i, scaled, first, last, weights) / scale;
  }
  return smoothed;
}

/** Weights by distance 0 … reach. */
function tricube(reach: number): Float64Array {
  return Float64Array.from({ length: reach + 1 }, (_, distance) => (1 - (distance / (reach + 1)) ** 3) ** 3);
}

/** Value at i of the weighted least-squares line through the finite values at first … last. */
function fitAt(i: number, values: Float64Array, first: number, last: number, weights: Float64Array): number {
  const centre = values[i]!;
  let low = centre;
  let high = centre;
  // Moments of the distance d = j - i and of v, the value relative to the centre one so that large values do not cancel.
  let w = 0;
  let wd = 0;
  let wdd = 0;
  let wv = 0;
  let wdv = 0;
  for (let j = first; j <= last; j++) {
    const value = values[j]!;
    if (!Number.isFinite(value)) continue;
    const d = j - i;
    const weight = weights[Math.abs(d)]!;
    const v = value - centre;
    w += weight;
    wd += weight * d;
    wdd += weight * d * d;
    wv += weight * v;
    wdv += weight * d * v;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const determinant = w * wdd - wd * wd;
  const fit = centre + (determinant > 0 ? (wdd * wv - wd * wdv) / determinant : wv / w);
  return Math.min(high, Math.max(low, fit));
}
