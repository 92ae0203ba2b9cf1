/** Two numbers that stand for an array in golden values. */
export type Summary = [norm: number, component: number];

/**
 * Returns the norm of an array, and its component along cos(0), cos(1), …, which tells one order of its elements from
 * another.
 */
export function summary(values: ArrayLike<number>): Summary {
  let [squares, component] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    squares += values[i]! ** 2;
    component += values[i]! * Math.cos(i);
  }
  return [Math.sqrt(squares), component];
}

/**
 * Returns the largest difference of two summaries, relative to the norm, which each of their numbers is of the order of.
 *
 * @param floor the norm below which the difference is taken relative to it instead: gradients that are 0 except for
 *   rounding.
 */
export function summaryError(found: Summary, expected: Summary, floor = 0): number {
  const scale = Math.max(expected[0], floor, Number.MIN_VALUE);
  const error = Math.max(...expected.map((value, i) => Math.abs(found[i]! - value))) / scale;
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}
