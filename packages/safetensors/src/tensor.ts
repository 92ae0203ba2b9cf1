import type { TensorArray } from './dtype.js';

/** An array with its shape: `data` holds the elements in row-major (C) order, `shape` is `[]` for a scalar. */
export interface Tensor<A extends TensorArray = TensorArray> {
  /** Sizes of the dimensions, integers of 0 or more; `[]` for a scalar. */
  shape: readonly number[];
  /** The elements in row-major order, as many as the product of `shape`; for some dtypes their bits or bytes. */
  data: A;
  /**
   * The format's name of the elements' type where `data` alone does not tell it: `F16` and `BF16` (a `Uint16Array` of
   * their bits), `BOOL` (a `Uint8Array` of 0 and 1), and `F8_E4M3`, `C64` and all others (a `Uint8Array` of their bytes
   * in the file). Left out, it is that of the typed array: `F32` for a `Float32Array`.
   */
  dtype?: string;
}

/** The most dimensions that a tensor may have. */
export const MAX_DIMENSIONS = 1024;

/** Returns whether `value` is an integer from 0 to 2^53 - 1 (and not -0). */
function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

/** Returns whether `value` is an array of at most {@link MAX_DIMENSIONS} sizes. */
export function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= MAX_DIMENSIONS && value.every(isSize) && !hasHole(value);
}

/** Returns the number of elements of a shape; not a safe integer when it is too large for one. */
export function elementCount(shape: readonly number[]): number {
  // A zero anywhere makes the tensor empty, even when the other sizes alone would overflow.
  return shape.includes(0) ? 0 : shape.reduce((count, size) => count * size, 1);
}

/** `every` passes over holes, `includes` finds them. */
function hasHole(array: readonly unknown[]): boolean {
  return array.includes(undefined);
}
