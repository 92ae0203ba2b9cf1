/**
 * Returns the indices first … last that a fit at index i sees: those within `half` of it, or the 2 half + 1 at an end
 * of the values.
 */
export function windowAt(i: number, length: number, half: number): { first: number; last: number } {
  return {
    first: Math.max(0, Math.min(i - half, length - 1 - 2 * half)),
    last: Math.min(length - 1, Math.max(i + half, 2 * half)),
  };
}
