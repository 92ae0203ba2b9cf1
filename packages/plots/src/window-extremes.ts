import { windowAt } from './window.js';

/** The lowest and the highest of the values in the window of each index (see `windowAt`); NaN counts for neither. */
export function windowExtremes(values: Float64Array, half: number): { low: Float64Array; high: Float64Array } {
  return { low: extremes(values, half, 1), high: extremes(values, half, -1) };
}

/** @param sign 1 for the lowest, -1 for the highest. */
function extremes(values: Float64Array, half: number, sign: 1 | -1): Float64Array {
  const result = new Float64Array(values.length);
  // Indices of the window whose value no later one beats, from the best on: the best is the window's extreme.
  const candidates = new Int32Array(values.length);
  let [head, tail, next] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const { first, last } = windowAt(i, values.length, half);
    for (; next <= last; next++) {
      const value = values[next]!;
      if (Number.isNaN(value)) continue;
      while (tail > head && sign * values[candidates[tail - 1]!]! >= sign * value) tail--;
      candidates[tail++] = next;
    }
    while (head < tail && candidates[head]! < first) head++;
    result[i] = head < tail ? values[candidates[head]!]! : Number.NaN;
  }
  return result;
}
