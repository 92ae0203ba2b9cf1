import ndarray, { type NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import type { FloatNdArray } from './float-array.js';

// A stride of zero shows one element many times. Reading through such a view broadcasts; adding to it sums: the two are
// each other's adjoint, as are the forward and the backward pass of a broadcast.

/** Returns `vector` [features] seen in `shape` [..., features], as the same in every row. */
export function inEveryRow(vector: FloatNdArray, shape: readonly number[]): FloatNdArray {
  const strides = shape.map((_, axis) => (axis === shape.length - 1 ? vector.stride[0]! : 0));
  return ndarray(vector.data, [...shape], strides, vector.offset) as FloatNdArray;
}

/** Returns `perRow` [...] seen in `shape` [..., features], as the same along every row. */
export function alongRows(perRow: NdArray<Float64Array>, shape: readonly number[]): FloatNdArray {
  return ndarray(perRow.data, [...shape], [...perRow.stride, 0], perRow.offset) as FloatNdArray;
}

/**
 * Returns the mean of each row of `x` [..., features], as [...]; added up in float64 regardless of the dtype of `x`.
 */
export function rowMeans(x: FloatNdArray): NdArray<Float64Array> {
  const leading = x.shape.slice(0, -1);
  const means = ndarray(new Float64Array(leading.reduce((product, n) => product * n, 1)), leading);
  ops.addeq(alongRows(means, x.shape), x);
  ops.divseq(means, x.shape.at(-1)!);
  return means;
}

/**
 * Returns the sum over all rows of `x` [..., features], as [features]; added up in float64 regardless of the dtype of
 * `x`.
 */
export function sumOverRows(x: FloatNdArray): NdArray<Float64Array> {
  const sums = ndarray(new Float64Array(x.shape.at(-1)!), [x.shape.at(-1)!]);
  ops.addeq(inEveryRow(sums, x.shape), x);
  return sums;
}
