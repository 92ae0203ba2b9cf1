import { requireRange } from './errors.js';
import { precedingSums } from './tricube-sums.js';
import { windowExtremes } from './window-extremes.js';

const HUGE = 2 ** 800;

/**
 * Smooths noisy values with a centred local linear fit (LOWESS without its robustness passes: W. S. Cleveland, 1979), in
 * a time that grows with the number of values and not with the window.
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
  return smoothAt(
    values,
    window,
    new Int32Array(values.length).map((_, i) => i),
  );
}

/**
 * Returns the values of `smooth` at some of the indices. The fits see all values, but only those asked for are
 * computed.
 *
 * @param indices in ascending order
 * @returns a value for each of them
 */
export function smoothAt(values: ArrayLike<number>, window: number, indices: Int32Array): Float64Array {
  requireRange('The smoothing window', window, 1);
  const half = Math.floor(window / 2);
  const scale = scaleOf(values);
  const scaled = new Float64Array(values.length);
  for (let i = 0; i < scaled.length; i++) scaled[i] = Number.isFinite(values[i]) ? values[i]! * scale : Number.NaN;
  if (half > 0) return fit(scaled, half, indices).map((value) => value / scale);
  return new Float64Array(indices.length).map((_, k) => scaled[indices[k]!]! / scale);
}

/** Sums of the largest doubles would overflow; a power of two scales without rounding. */
function scaleOf(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) > HUGE) return 2 ** -200;
  return 1;
}

/** Returns the value of the fitted line at each of the indices; NaN in a gap. */
function fit(values: Float64Array, half: number, indices: Int32Array): Float64Array {
  const sums = precedingSums(values, half, indices);
  // Values after an index come before it in the reversed order.
  const last = values.length - 1;
  const following = precedingSums(values.slice().reverse(), half, indices.map((i) => last - i).reverse());
  const { low, high } = windowExtremes(values, half, indices);
  return new Float64Array(indices.length).map((_, k) => {
    const i = indices[k]!;
    const centre = values[i]!;
    if (Number.isNaN(centre)) return centre;
    const f = indices.length - 1 - k;
    // Moments of the distance d = j - i over the reach, and of v, the value relative to the centre one. The centre
    // itself, with the weight 1, has no distance and no v.
    const w = 1 + sums.w[k]! + following.w[f]!;
    const wd = following.wd[f]! - sums.wd[k]!;
    const wdd = following.wdd[f]! + sums.wdd[k]!;
    const wv = sums.wv[k]! + following.wv[f]! - centre * (w - 1);
    const wdv = following.wdv[f]! - sums.wdv[k]! - centre * wd;
    const determinant = w * wdd - wd * wd;
    const value = centre + (determinant > 0 ? (wdd * wv - wd * wdv) / determinant : wv / w);
    return Math.min(high[k]!, Math.max(low[k]!, value));
  });
}
