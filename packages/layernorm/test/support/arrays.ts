import type { RandomState } from '@cifarlab/numpy-random';
import ndarray, { type NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { expect } from 'vitest';
import type { DType, FloatNdArray } from '../../src/ndarray/index.js';

type Nested = number | readonly Nested[];

export function fromValues(values: ArrayLike<number>, shape: readonly number[], dtype: DType = 'float64') {
  const data = dtype === 'float64' ? Float64Array.from(values) : Float32Array.from(values);
  return ndarray(data, [...shape]) as FloatNdArray;
}

/** Returns nested lists as an ndarray. */
export function fromNested(nested: Nested): FloatNdArray {
  const shape: number[] = [];
  for (let level = nested; typeof level !== 'number'; level = level[0]!) shape.push(level.length);
  return fromValues(([nested] as unknown[]).flat(Infinity) as number[], shape);
}

/** Returns row-major elements, regardless of the strides. */
export function values(x: NdArray): Float64Array {
  const copy = ndarray(new Float64Array(x.size), [...x.shape]);
  ops.assign(copy as NdArray, x);
  return copy.data;
}

/** Returns the same numbers in another precision, in new memory. */
export const cast = (x: NdArray, dtype: DType) => fromValues(values(x), x.shape, dtype);

/** Numbers from N(mean, std²), rounded to float32, so that both precisions can start from the very same ones. */
export function normals(rng: RandomState, shape: readonly number[], { mean = 0, std = 1 } = {}): FloatNdArray {
  const draws = rng.normals(shape.reduce((product, n) => product * n, 1));
  return fromValues(
    draws.map((z) => Math.fround(mean + std * z)),
    shape,
  );
}

export type Inputs = Record<'x' | 'gamma' | 'beta', FloatNdArray>;

/** Returns x with the given mean and a standard deviation of 2; gamma and beta of size 1. */
export function randomInputs(rng: RandomState, shape: readonly number[], mean = 10): Inputs {
  const features = shape.at(-1)!;
  return { x: normals(rng, shape, { mean, std: 2 }), gamma: normals(rng, [features]), beta: normals(rng, [features]) };
}

export const castInputs = ({ x, gamma, beta }: Inputs, dtype: DType): Inputs => ({
  x: cast(x, dtype),
  gamma: cast(gamma, dtype),
  beta: cast(beta, dtype),
});

/**
 * Computes max|a − b| / max|b|, with max|b| counted as at least 1: rows of few features can have gradients that nearly
 * vanish.
 */
export function errorWithFloor(actual: NdArray, expected: NdArray): number {
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [values(actual), values(expected)];
  const largest = b.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0) / largest;
}
