import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';

type FloatArrayConstructor = typeof Float32Array | typeof Float64Array;

/** How a matrix lies in memory. */
export interface Layout {
  FloatArray: FloatArrayConstructor;
  transposed: boolean;
  reversed: [rows: boolean, columns: boolean];
  steps: [rows: number, columns: number];
  offset: number;
}

export const plain: Layout = {
  FloatArray: Float64Array,
  transposed: false,
  reversed: [false, false],
  steps: [1, 1],
  offset: 0,
};

const step = fc.integer({ min: 1, max: 3 });

export const layout: fc.Arbitrary<Layout> = fc.record({
  FloatArray: fc.constantFrom<FloatArrayConstructor>(Float32Array, Float64Array),
  transposed: fc.boolean(),
  reversed: fc.tuple(fc.boolean(), fc.boolean()),
  steps: fc.tuple(step, step),
  offset: fc.integer({ min: 0, max: 5 }),
});

/**
 * Returns a view of that layout into memory filled with `value(index)`; typed as float64 for short, whichever it is.
 */
export function matrix(
  rows: number,
  columns: number,
  how: Layout,
  value: (index: number) => number,
): NdArray<Float64Array> {
  const { FloatArray, transposed, reversed, steps, offset } = how;
  const [m, n] = transposed ? [columns, rows] : [rows, columns];
  const full = [m * steps[0], n * steps[1]];
  const data = new FloatArray(offset + full[0] * full[1]).map((_: number, i: number) => value(i));
  const view = ndarray(data as Float64Array, full, undefined, offset).step(
    reversed[0] ? -steps[0] : steps[0],
    reversed[1] ? -steps[1] : steps[1],
  );
  return transposed ? view.transpose(1, 0) : view;
}

/** Small integers: their products and sums are exact in float32 as in float64. */
export const integers = (seed: number) => (index: number) => ((index * 7919 + seed * 104729) % 17) - 8;

/** Numbers with all digits, between -1 and 1. */
export const reals = (seed: number) => (index: number) => Math.sin(index * 12.9898 + seed * 78.233);

export const rowsOf = (x: NdArray): number[][] =>
  Array.from({ length: x.shape[0] }, (_, i) => Array.from({ length: x.shape[1] }, (_, j) => x.get(i, j) as number));

/** Computes alpha * A * B + beta * C by the definition, in float64; C is not read when beta is 0. */
export function definition(c: NdArray, a: NdArray, b: NdArray, alpha = 1, beta = 0): number[][] {
  return Array.from({ length: c.shape[0] }, (_, i) =>
    Array.from({ length: c.shape[1] }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < a.shape[1]; k++) sum += (a.get(i, k) as number) * (b.get(k, j) as number);
      return beta === 0 ? alpha * sum : alpha * sum + beta * (c.get(i, j) as number);
    }),
  );
}
