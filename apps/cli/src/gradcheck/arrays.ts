import type { DType, FloatNdArray } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import ndarray from 'ndarray';
import ops from 'ndarray-ops';

/** Arrays by name: the inputs that a function is differentiated with respect to, or its gradients. Row-major. */
export type Arrays = Readonly<Record<string, FloatNdArray>>;

/** Numbers from N(0, 1), rounded to float32 so that both precisions compute at the same point. */
export function normals(rng: RandomState, shape: readonly number[]): FloatNdArray {
  return fromValues(rng.normals(sizeOf(shape)).map(Math.fround), shape);
}

/** As `normals`, with every number moved 0.01 away from 0, where rectifiers have no derivative. */
export function normalsWithoutKink(rng: RandomState, shape: readonly number[]): FloatNdArray {
  const values = rng.normals(sizeOf(shape)).map((value) => Math.fround(value + (value < 0 ? -0.01 : 0.01)));
  return fromValues(values, shape);
}

/** Rows with a single 1. */
export function oneHotRows(rng: RandomState, rows: number, classes: number): FloatNdArray {
  const values = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) values[row * classes + rng.randint(0, classes)] = 1;
  return fromValues(values, [rows, classes]);
}

/** A whole number of low to high, both included. */
export function between(rng: RandomState, low: number, high: number): number {
  return rng.randint(low, high + 1);
}

/** A copy in the precision, row-major whatever the strides of `x`. */
export function cast(x: FloatNdArray, dtype: DType): FloatNdArray {
  const size = sizeOf(x.shape);
  const values = dtype === 'float32' ? new Float32Array(size) : new Float64Array(size);
  const copy = ndarray(values, [...x.shape]) as FloatNdArray;
  ops.assign(copy, x);
  return copy;
}

/** A copy of each array in the precision. */
export function castAll(arrays: Arrays, dtype: DType): Arrays {
  return mapArrays(arrays, (x) => cast(x, dtype));
}

export function mapArrays(arrays: Arrays, f: (x: FloatNdArray) => FloatNdArray): Arrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, x]) => [name, f(x)]));
}

/** f of every element, in a new array of the same precision. */
export function mapElements(x: FloatNdArray, f: (value: number) => number): FloatNdArray {
  const copy = cast(x, x.dtype);
  copy.data.forEach((value, i) => {
    copy.data[i] = f(value);
  });
  return copy;
}

export function absolute(x: FloatNdArray): FloatNdArray {
  return mapElements(x, Math.abs);
}

/** The largest absolute value; 0 for no elements. */
export function maxNorm(x: FloatNdArray): number {
  let largest = 0;
  for (const value of x.data) largest = Math.max(largest, Math.abs(value));
  return largest;
}

export function scaled(x: FloatNdArray, factor: number): FloatNdArray {
  return mapElements(x, (value) => factor * value);
}

export function zeros(shape: readonly number[]): FloatNdArray {
  return fromValues(new Float64Array(sizeOf(shape)), shape);
}

export function fromValues(values: Float64Array, shape: readonly number[]): FloatNdArray {
  return ndarray(values, [...shape]) as FloatNdArray;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
