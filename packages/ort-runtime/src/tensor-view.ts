import type { TensorData } from './data-type.js';

/**
 * A tensor over memory that the caller owns: read by a run where it is an input, written in place where it is an output.
 */
export interface TensorView {
  /** The elements, row-major; any view, of an `ArrayBuffer` or a `WebAssembly.Memory`, at any offset. */
  readonly data: TensorData;
  /** The shape; its product is the length of `data`. `[]` is a scalar of one element. */
  readonly dims: readonly number[];
  /** Says that the bytes of a `Uint8Array` are truth values, 0 or 1. */
  readonly type?: 'bool';
}
