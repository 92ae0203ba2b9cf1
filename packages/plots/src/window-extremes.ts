import { windowAt } from './window.js';

/**
 * Returns the lowest and the highest of the values in the windows of some indices (see `windowAt`); NaN counts for
 * neither.
 *
 * @param indices in ascending order
 */
export function windowExtremes(
  values: Float64Array,
  half: number,
  indices: Int32Array,
): { low: Float64Array; high: Float64Array } {
  return { low: extremes(values, half, indices, 1), high: extremes(values, half, indices, -1) };
}

/** @param sign 1 for the lowest, -1 for the highest. */
function extremes(values: Float64Array, half: number, indices: Int32Array, sign: 1 | -1): Float64Array {
  const result = new Float64Array(indices.length);
  // Indices of the window whose value no later one beats, from the best on: the best is the window's extreme.
  const candidates = new Int32Array(values.length);
  let head = 0;
  let tail = 0;
  let next = 0;
  for (let k = 0; k < indices.length; k++) {
    const { first, last } = windowAt(indices[k]!, values.length, half);
    for (; next <= last; next++) {
      const value = sign * values[next]!;
      if (Number.isNaN(value)) continue;
      while (tail > head && sign * values[candidates[tail - 1]!]! >= value) tail--;
      candidates[tail++] = next;
    }
    while (head < tail && candidates[head]! < first) head++;
    result[k] = head < tail ? values[candidates[head]!]! : Number.NaN;
  }
  return result;
}
