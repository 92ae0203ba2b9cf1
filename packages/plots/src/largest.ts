/** Returns the largest of any number of values; `Math.max(...values)` takes no more than the stack has room for. */
export function largest(values: Iterable<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) most = Math.max(most, value);
  return most;
}
