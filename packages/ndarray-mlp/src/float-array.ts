import { assertOneOf } from '@cifarlab/internals/checks';
import ndarray, { type NdArray } from 'ndarray';
import ops from 'ndarray-ops';

/** The precisions a module computes in. */
export type DType = 'float32' | 'float64';

const DTYPES: readonly DType[] = ['float64', 'float32'];

/** An ndarray of floats, in either precision. */
export type FloatNdArray = NdArray<Float32Array | Float64Array>;

/**
 * Returns a new array of zeros, row-major.
 *
 * @throws RangeError on any other dtype, which a caller without types may pass on from its options.
 */
export function zeros(shape: readonly number[], dtype: DType): FloatNdArray {
  assertOneOf('dtype', dtype, DTYPES);
  const size = shape.reduce((product, n) => product * n, 1);
  return ndarray(dtype === 'float32' ? new Float32Array(size) : new Float64Array(size), [...shape]) as FloatNdArray;
}

/** Returns a new array of zeros with the shape and dtype of `x`, row-major. */
export function zerosLike(x: FloatNdArray): FloatNdArray {
  return zeros(x.shape, x.dtype);
}

/** Sets target = source, rounded to the dtype of the target; their shapes are the same. */
export function assign(target: FloatNdArray, source: FloatNdArray): void {
  ops.assign(target, source);
}

/** Returns the same numbers in row-major order under another shape; `x` must be contiguous itself. */
export function reshape(x: FloatNdArray, shape: readonly number[]): FloatNdArray {
  return ndarray(x.data, [...shape], undefined, x.offset);
}

/** True when the elements lie in the buffer in row-major order without gaps. */
export function isContiguous(x: NdArray): boolean {
  let expected = 1;
  for (let axis = x.dimension - 1; axis >= 0; axis--) {
    if (x.shape[axis] !== 1 && x.stride[axis] !== expected) return false;
    expected *= x.shape[axis]!;
  }
  return true;
}
