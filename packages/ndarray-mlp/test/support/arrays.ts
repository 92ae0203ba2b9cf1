import { gemm } from '@cifarlab/gemm';
import type { RandomState } from '@cifarlab/numpy-random';
import ndarray, { type NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import type { DType, FloatNdArray } from '../../src/index.js';

export type Nested = number | readonly Nested[];

/** Returns nested lists, as NumPy writes them to JSON, as an ndarray. */
export function fromNested(nested: Nested, dtype: DType = 'float64'): FloatNdArray {
  const shape: number[] = [];
  for (let level = nested; typeof level !== 'number'; level = level[0]!) shape.push(level.length);
  return fromValues(([nested] as unknown[]).flat(Infinity) as number[], shape, dtype);
}

export function fromValues(values: ArrayLike<number>, shape: readonly number[], dtype: DType = 'float64') {
  const data = dtype === 'float64' ? Float64Array.from(values) : Float32Array.from(values);
  return ndarray(data, [...shape]) as FloatNdArray;
}

/** Returns row-major elements, regardless of the strides. */
export function values(x: NdArray): number[] {
  const copy = ndarray(new Float64Array(x.size), [...x.shape]);
  ops.assign(copy as NdArray, x);
  return Array.from(copy.data);
}

/** Numbers from N(0, 1). */
export function randn(rng: RandomState, shape: readonly number[]): FloatNdArray {
  return fromValues(rng.normals(shape.reduce((a, b) => a * b, 1)), shape);
}

/** Returns the same numbers in another precision, in new memory. */
export function cast(x: NdArray, dtype: DType): FloatNdArray {
  return fromValues(values(x), x.shape, dtype);
}

export const copy = (x: FloatNdArray) => cast(x, x.dtype);

/** Computes f of the elements of arrays of one shape. */
export function map(f: (...elements: number[]) => number, first: NdArray, ...others: NdArray[]): FloatNdArray {
  const rest = others.map(values);
  return fromValues(
    values(first).map((element, i) => f(element, ...rest.map((other) => other[i]!))),
    first.shape,
  );
}

export const scaled = (x: NdArray, factor: number) => map((element) => factor * element, x);

/** Returns A B for matrices. */
export function product(a: NdArray, b: NdArray): FloatNdArray {
  const c = fromValues(new Float64Array(a.shape[0]! * b.shape[1]!), [a.shape[0]!, b.shape[1]!]);
  gemm(c, a as FloatNdArray, b as FloatNdArray);
  return c;
}

/** Returns x [S, M] with each element replaced by the sum of its row (axis 1) or of its column (axis 0). */
export function sumAlong(axis: 0 | 1, x: NdArray): FloatNdArray {
  const [S, M] = x.shape as [number, number];
  const ones = (rows: number, columns: number) => fromValues(new Float64Array(rows * columns).fill(1), [rows, columns]);
  return axis === 1 ? product(x, ones(M, M)) : product(ones(S, S), x);
}
