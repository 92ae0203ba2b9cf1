import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import { gemm } from './index.js';

type FloatArrayConstructor = typeof Float32Array | typeof Float64Array;

/** C = alpha * A * B + beta * C by the definition, in float64. */
function expected(c: NdArray, a: NdArray, b: NdArray, alpha: number, beta: number): number[][] {
  return Array.from({ length: c.shape[0] }, (_, i) =>
    Array.from({ length: c.shape[1] }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < a.shape[1]; k++) sum += (a.get(i, k) as number) * (b.get(k, j) as number);
      return alpha * sum + (beta === 0 ? 0 : beta * (c.get(i, j) as number));
    }),
  );
}

const rowsOf = (x: NdArray): number[][] =>
  Array.from({ length: x.shape[0] }, (_, i) => Array.from({ length: x.shape[1] }, (_, j) => x.get(i, j) as number));

type Layout = {
  FloatArray: FloatArrayConstructor;
  transposed: boolean;
  flips: [boolean, boolean];
  steps: [number, number];
  start: number;
};

const layout: fc.Arbitrary<Layout> = fc.record({
  FloatArray: fc.constantFrom<FloatArrayConstructor>(Float32Array, Float64Array),
  transposed: fc.boolean(),
  flips: fc.tuple(fc.boolean(), fc.boolean()),
  steps: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  start: fc.integer({ min: 0, max: 5 }),
});

/** A matrix in that layout, of small integers: their sums are exact in float32 and float64. */
function matrix(
  rows: number,
  columns: number,
  { FloatArray, transposed, flips, steps, start }: Layout,
  seed: number,
): NdArray {
  const [r, s] = transposed ? [columns, rows] : [rows, columns];
  const data = new FloatArray(start + r * steps[0] * s * steps[1]);
  for (let i = 0; i < data.length; i++) data[i] = ((i * 7919 + seed * 104729) % 17) - 8;
  let view: NdArray = ndarray(data as Float64Array, [r * steps[0], s * steps[1]], undefined, start);
  view = view.step(flips[0] ? -steps[0] : steps[0], flips[1] ? -steps[1] : steps[1]);
  return transposed ? view.transpose(1, 0) : view;
}

describe('gemm', () => {
  it('equals the definition for any shapes, strides, types, alpha and beta', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 40 }));
    const factor = fc.constantFrom(0, 1, -1, 0.5, 2);
    fc.assert(
      fc.property(size, size, size, layout, layout, layout, factor, factor, (m, k, n, lc, la, lb, alpha, beta) => {
        const [c, a, b] = [matrix(m, n, lc, 1), matrix(m, k, la, 2), matrix(k, n, lb, 3)];
        const want = expected(c, a, b, alpha, beta);
        gemm(c, a, b, alpha, beta);
        expect(
          rowsOf(c)
            .flat()
            .map((x) => x + 0),
        ).toEqual(want.flat().map((x) => x + 0));
      }),
      { numRuns: 300 },
    );
  });

  it('equals the definition over several blocks in every dimension', () => {
    const [m, k, n] = [131, 517, 260];
    const plain: Layout = {
      FloatArray: Float64Array,
      transposed: false,
      flips: [false, false],
      steps: [1, 1],
      start: 0,
    };
    const [c, a, b] = [matrix(m, n, plain, 1), matrix(m, k, plain, 2), matrix(k, n, plain, 3)];
    const want = expected(c, a, b, 2, 3);
    gemm(c, a, b, 2, 3);
    expect(rowsOf(c)).toEqual(want);
  });
});
