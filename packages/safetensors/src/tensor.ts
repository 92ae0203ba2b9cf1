import type { TensorArray } from './dtype.js';

/** An array with its shape: `data` holds the elements in row-major (C) order, `shape` is `[]` for a scalar. */
export interface Tensor<A extends TensorArray = TensorArray> {
  /** Sizes of the dimensions, integers of 0 or more; `[]` for a scalar. */
  shape: readonly number[];
  /** The elements in row-major order, as many as the product of `shape`. */
  data: A;
}

/** Whether `value` is an integer from 0 to 2^53 - 1 (and not -0). */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

/** The number of elements of a shape; not a safe integer when it is too large for one. */
export function elementCount(shape: readonly number[]): number {
  // A zero anywhere makes the tensor empty, even when the other sizes alone would overflow.
  return shape.includes(0) ? 0 : shape.reduce((count, size) => count * size, 1);
}
