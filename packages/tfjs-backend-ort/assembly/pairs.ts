/** Rows of a transform in pairs that differ in the signs of every other column. */
import { add, get, put, sub } from './vector';

/** Stores the pair's two rows: the sum and the difference. */
// @ts-ignore: decorator
@inline
export function putPair(to: usize, step: usize, pair: usize, even: v128, odd: v128): void {
  put(to + 2 * pair * step, add(even, odd));
  put(to + (2 * pair + 1) * step, sub(even, odd));
}

// @ts-ignore: decorator
@inline
export function sumOfPair(from: usize, step: usize, pair: usize): v128 {
  return add(get(from + 2 * pair * step), get(from + (2 * pair + 1) * step));
}

// @ts-ignore: decorator
@inline
export function differenceOfPair(from: usize, step: usize, pair: usize): v128 {
  return sub(get(from + 2 * pair * step), get(from + (2 * pair + 1) * step));
}
