import type { FloatArrays } from '@cifarlab/gradcheck/float32';
import type { DType, FloatNdArray } from '@cifarlab/ndarray-mlp';
import ndarray from 'ndarray';
import ops from 'ndarray-ops';

/** Returns a copy in the precision, row-major regardless of the strides of `x`. */
export function cast(x: FloatNdArray, dtype: DType): FloatNdArray {
  const size = sizeOf(x.shape);
  const values = dtype === 'float32' ? new Float32Array(size) : new Float64Array(size);
  const copy = ndarray(values, [...x.shape]) as FloatNdArray;
  ops.assign(copy, x);
  return copy;
}

/** Computes `f` of each array, by the same names. */
export function mapArrays(arrays: FloatArrays, f: (x: FloatNdArray) => FloatNdArray): FloatArrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, x]) => [name, f(x)]));
}

/** Computes `f` of every element, in a new array of the same precision. */
export function mapElements(x: FloatNdArray, f: (value: number) => number): FloatNdArray {
  const copy = cast(x, x.dtype);
  copy.data.forEach((value, i) => {
    copy.data[i] = f(value);
  });
  return copy;
}

/** Returns the absolute values, in a new array. */
export function absolute(x: FloatNdArray): FloatNdArray {
  return mapElements(x, Math.abs);
}

/** Computes factor * x, in a new array. */
export function scaled(x: FloatNdArray, factor: number): FloatNdArray {
  return mapElements(x, (value) => factor * value);
}

/** Zeros in float64. */
export function zeros(shape: readonly number[]): FloatNdArray {
  return fromValues(new Float64Array(sizeOf(shape)), shape);
}

/** Returns an array of these elements, row-major. */
export function fromValues(values: Float64Array, shape: readonly number[]): FloatNdArray {
  return ndarray(values, [...shape]) as FloatNdArray;
}

/** Returns the number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
