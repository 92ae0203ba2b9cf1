import { describe, describeList } from './snapshot.js';

/** How far the sum of probabilities may be from 1, as in NumPy: the root of the precision they are given in. */
const TOLERANCE = Math.sqrt(2 ** -52);
const TOLERANCE_FLOAT32 = Math.sqrt(2 ** -23);

/**
 * Returns a copy in float64 of the probabilities of `count` items.
 *
 * @throws TypeError when they are not an array of numbers; RangeError when there are not as many, one is negative or
 *   NaN, or they do not sum to 1.
 */
export function probabilitiesOf(p: unknown, count: number): Float64Array {
  if (!Array.isArray(p) && !(ArrayBuffer.isView(p) && 'length' in p)) {
    throw new TypeError(`choice() needs an array of probabilities for p; got ${describe(p)}.`);
  }
  const given = p as ArrayLike<unknown>;
  if (given.length !== count) {
    throw new RangeError(`choice() needs a probability for each of the ${count} items; got ${given.length}.`);
  }
  for (let i = 0; i < count; i++) {
    const value = given[i];
    if (typeof value !== 'number') throw new TypeError(`choice() needs numbers in p; p[${i}] is ${describe(value)}.`);
    if (!(value >= 0))
      throw new RangeError(`choice() needs probabilities of at least 0; p[${i}] is ${describe(value)}.`);
  }
  const probabilities = Float64Array.from(given as ArrayLike<number>);
  const sum = compensatedSum(probabilities);
  const tolerance = p instanceof Float32Array ? TOLERANCE_FLOAT32 : TOLERANCE;
  if (!(Math.abs(sum - 1) <= tolerance)) {
    throw new RangeError(`choice() needs probabilities that sum to 1; ${describeList(given)} sum to ${sum}.`);
  }
  return probabilities;
}

/** Returns the cumulative distribution, whose last element is 1. */
export function cumulative(probabilities: Float64Array): Float64Array {
  const cdf = new Float64Array(probabilities.length);
  let sum = 0;
  for (let i = 0; i < cdf.length; i++) cdf[i] = sum += probabilities[i]!;
  for (let i = 0; i < cdf.length; i++) cdf[i]! /= sum;
  return cdf;
}

/** Returns the first index whose cumulative probability is above `u` of [0, 1). */
export function indexOf(cdf: Float64Array, u: number): number {
  let low = 0;
  let high = cdf.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cdf[middle]! > u) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Computes Kahan's sum, which NumPy tests probabilities with. */
function compensatedSum(values: Float64Array): number {
  let sum = values[0] ?? 0;
  let lost = 0;
  for (let i = 1; i < values.length; i++) {
    const y = values[i]! - lost;
    const t = sum + y;
    lost = t - sum - y;
    sum = t;
  }
  return sum;
}
