import ndarray, { type NdArray } from 'ndarray';
import { type FloatNdArray, zeros } from './float-array.js';

// A stride of zero shows one element many times. Reading through such a view broadcasts; accumulating through it
// reduces: `a += x` over a row seen S times adds all S rows of x into that row. The two are each other's adjoint,
// as are the forward and the backward pass of a broadcast.

/** Returns the row `[1, M]` seen as `[S, M]`, without a copy. */
export function repeatRow<A extends Float32Array | Float64Array>(row: NdArray<A>, S: number): NdArray<A> {
  return ndarray(row.data, [S, row.shape[1]!], [0, row.stride[1]!], row.offset);
}

/** Returns the row `[1, M]`, which lies in one piece, S times in a new `[S, M]`. */
export function copiesOfRow(row: FloatNdArray, S: number): FloatNdArray {
  const M = row.shape[1]!;
  const elements = row.data.subarray(row.offset, row.offset + M);
  const copies = zeros([S, M], row.dtype);
  for (let s = 0; s < S; s++) copies.data.set(elements, s * M);
  return copies;
}

/** Returns the column `[S, 1]` seen as `[S, M]`, without a copy. */
export function repeatColumn<A extends Float32Array | Float64Array>(column: NdArray<A>, M: number): NdArray<A> {
  return ndarray(column.data, [column.shape[0]!, M], [column.stride[0]!, 0], column.offset);
}

/** Returns the sum of each column of `x [S, M]`, as `[1, M]`; added up in float64 regardless of the dtype of `x`. */
export function columnSums(x: FloatNdArray): NdArray<Float64Array> {
  const [S, M] = x.shape as [number, number];
  const { data, offset, stride } = x;
  const [down, across] = stride as [number, number];
  const sums = new Float64Array(M);
  for (let s = 0; s < S; s++) {
    let index = offset + s * down;
    for (let j = 0; j < M; j++, index += across) sums[j]! += data[index]!;
  }
  return ndarray(sums, [1, M]);
}

/** Returns the sum of each row of `x [S, M]`, as `[S, 1]`; added up in float64 regardless of the dtype of `x`. */
export function rowSums(x: FloatNdArray): NdArray<Float64Array> {
  const [S, M] = x.shape as [number, number];
  const { data, offset, stride } = x;
  const [down, across] = stride as [number, number];
  const sums = new Float64Array(S);
  for (let s = 0; s < S; s++) {
    let index = offset + s * down;
    let sum = 0;
    for (let j = 0; j < M; j++, index += across) sum += data[index]!;
    sums[s] = sum;
  }
  return ndarray(sums, [S, 1]);
}

/** Returns the largest element of each row of `x [S, M]`, as `[S, 1]`; NaN if the row has one. */
export function rowMaxima(x: FloatNdArray): NdArray<Float64Array> {
  const [S, M] = x.shape as [number, number];
  const { data, offset, stride } = x;
  const [down, across] = stride as [number, number];
  const maxima = new Float64Array(S);
  for (let s = 0; s < S; s++) {
    let index = offset + s * down;
    let largest = -Infinity;
    for (let j = 0; j < M; j++, index += across) largest = Math.max(largest, data[index]!);
    maxima[s] = largest;
  }
  return ndarray(maxima, [S, 1]);
}
