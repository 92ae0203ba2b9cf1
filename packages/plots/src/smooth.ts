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
  requireRange('The smoothing window', window, 1);
  const half = Math.floor(window / 2);
  // Sums of the largest doubles would overflow; a power of two scales without rounding.
  const scale = Array.prototype.some.call(values, (value) => Math.abs(value) > HUGE) ? 2 ** -200 : 1;
  const scaled = new Float64Array(values.length);
  for (let i = 0; i < scaled.length; i++) scaled[i] = Number.isFinite(values[i]) ? values[i]! * scale : Number.NaN;
  return half === 0 ? scaled.map((value) => value / scale) : fitAll(scaled, half).map((value) => value / scale);
}

/** The value of the fitted line at each index; NaN in a gap. */
function fitAll(values: Float64Array, half: number): Float64Array {
  const present = values.map((value) => (Number.isNaN(value) ? 0 : 1));
  const filled = values.map((value) => (Number.isNaN(value) ? 0 : value));
  const sums = precedingSums(filled, present, half);
  // What follows an index precedes it in the reversed order.
  const following = precedingSums(filled.reverse(), present.reverse(), half);
  const { low, high } = windowExtremes(values, half);
  const last = values.length - 1;
  return values.map((centre, i) => {
    if (Number.isNaN(centre)) return centre;
    const j = last - i;
    // Moments of the distance d = j - i over the reach, and of v, the value relative to the centre one. The centre
    // itself, with the weight 1, has no distance and no v.
    const w = 1 + sums.w[i]! + following.w[j]!;
    const wd = following.wd[j]! - sums.wd[i]!;
    const wdd = following.wdd[j]! + sums.wdd[i]!;
    const wv = sums.wv[i]! + following.wv[j]! - centre * (w - 1);
    const wdv = following.wdv[j]! - sums.wdv[i]! - centre * wd;
    const determinant = w * wdd - wd * wd;
    const fit = centre + (determinant > 0 ? (wdd * wv - wd * wdv) / determinant : wv / w);
    return Math.min(high[i]!, Math.max(low[i]!, fit));
  });
}
