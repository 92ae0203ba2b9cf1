import type { FloatNdArray } from '@cifarlab/ndarray-mlp';
import type { RandomState } from '@cifarlab/numpy-random';
import { fromValues, sizeOf } from './arrays.js';

/** Numbers from N(0, 1), rounded to float32 so that both precisions compute at the same point. */
export function normals(rng: RandomState, shape: readonly number[]): FloatNdArray {
  return fromValues(rng.normals(sizeOf(shape)).map(Math.fround), shape);
}

/** Works like `normals`, but with every number moved 0.01 away from 0, where rectifiers have no derivative. */
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

/** Returns a whole number of low to high, both included. */
export function between(rng: RandomState, low: number, high: number): number {
  return rng.randint(low, high + 1);
}
