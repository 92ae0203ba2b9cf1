import { multiplyMatrices, type OrtRuntime, ortRuntime } from '@cifarlab/ort-runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definition, integers, type Layout, layout, matrix, plain, reals, rowsOf } from '../test/support/matrices.js';
import { toMatrix } from './matrix.js';
import { ortProduct } from './ort-product.js';

const runtime = ortRuntime();
const types = [Float32Array, Float64Array] as const;
const factor = fc.constantFrom(1, 0, -1, 0.5, 2);
const nonZero = fc.constantFrom(1, -1, 0.5, 2);

/** 0 and -0 alike. */
const unsigned = (rows: number[][]) => rows.map((row) => row.map((value) => value + 0));

type Views = Parameters<typeof toMatrix>[0];
const product = (c: Views, a: Views, b: Views, alpha = 1, beta = 0, on: OrtRuntime = runtime) =>
  ortProduct(
    (dense) => multiplyMatrices(on, dense),
    toMatrix(c, 'C')!,
    toMatrix(a, 'A')!,
    toMatrix(b, 'B')!,
    alpha,
    beta,
  );

/** Returns the runtime, with a count of the calls and of the elements of the largest input. */
function counting() {
  const counts = { calls: 0, largest: 0 };
  const counted = {
    threads: runtime.threads,
    session: (...model: Parameters<OrtRuntime['session']>) => {
      const session = runtime.session(...model);
      return {
        run: (...[inputs, outputs]: Parameters<typeof session.run>) => {
          counts.calls += 1;
          counts.largest = Math.max(counts.largest, ...inputs.slice(0, 2).map(({ data }) => data.length));
          session.run(inputs, outputs);
        },
      };
    },
  };
  return { runtime: counted as unknown as OrtRuntime, counts };
}

describe('a product on ONNX Runtime', () => {
  it('equals the definition for any shapes, strides, alpha and beta', () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.tuple(size, size, size),
        fc.tuple(layout, layout, layout),
        nonZero,
        factor,
        (FloatArray, [m, k, n], layouts, alpha, beta) => {
          const [lc, la, lb] = layouts.map((one) => ({ ...one, FloatArray })) as [Layout, Layout, Layout];
          const [c, a, b] = [
            matrix(m, n, lc, integers(1)),
            matrix(m, k, la, integers(2)),
            matrix(k, n, lb, integers(3)),
          ];
          const memory = c.data.slice();
          const expected = definition(c, a, b, alpha, beta);
          product(c, a, b, alpha, beta);
          expect(unsigned(rowsOf(c))).toEqual(unsigned(expected));
          // Nothing else of C's memory has changed.
          for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) memory[c.index(i, j)] = c.get(i, j);
          expect(c.data).toEqual(memory);
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each(
    types.flatMap((FloatArray) => [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [FloatArray.name, bits, FloatArray] as const)),
  )('%s: rounds as sums in that type do, whatever is transposed (%i)', (_, bits, FloatArray) => {
    const of = (bit: number): Layout => ({ ...plain, FloatArray, transposed: (bits & bit) !== 0 });
    const epsilon = FloatArray === Float32Array ? 2 ** -23 : 2 ** -52;
    const size = fc.integer({ min: 1, max: 130 });
    fc.assert(
      fc.property(size, size, size, nonZero, factor, (m, k, n, alpha, beta) => {
        const [c, a, b] = [matrix(m, n, of(1), reals(1)), matrix(m, k, of(2), reals(2)), matrix(k, n, of(4), reals(3))];
        const expected = definition(c, a, b, alpha, beta).flat();
        product(c, a, b, alpha, beta);
        const off = rowsOf(c)
          .flat()
          .map((value, i) => Math.abs(value - expected[i]));
        // Each of the k products is at most 1, and each addition rounds a sum of at most k + 2.
        expect(Math.max(...off)).toBeLessThan(epsilon * (k + 2) ** 1.5);
      }),
      { numRuns: 12 },
    );
  });

  it('beta = 0 does not read C', () => {
    for (const lay of [plain, { ...plain, transposed: true }, { ...plain, steps: [1, 2] as [number, number] }]) {
      const [a, b] = [matrix(3, 2, plain, integers(1)), matrix(2, 4, plain, integers(2))];
      const c = matrix(3, 4, lay, () => Number.NaN);
      product(c, a, b);
      expect(rowsOf(c)).toEqual(definition(c, a, b));
    }
  });

  it('NaN and infinities reach exactly the rows and columns that use them', () => {
    const [a, b] = [matrix(40, 33, plain, integers(1)), matrix(33, 50, plain, integers(2))];
    a.set(4, 3, Number.NaN);
    a.set(38, 0, Number.POSITIVE_INFINITY);
    b.set(5, 9, Number.NEGATIVE_INFINITY);
    b.set(0, 2, 0);
    const c = matrix(40, 50, plain, () => 7);
    product(c, a, b);
    expect(unsigned(rowsOf(c))).toEqual(unsigned(definition(c, a, b)));
  });

  it('is the same at every run, bit for bit', () => {
    for (const FloatArray of types) {
      const results = [0, 1, 2].map(() => {
        const how = { ...plain, FloatArray };
        const c = matrix(131, 97, how, reals(3));
        product(c, matrix(131, 517, how, reals(1)), matrix(517, 97, how, reals(2)), 1, 1);
        return Buffer.from(c.data.buffer);
      });
      expect(results[1].equals(results[0])).toBe(true);
      expect(results[2].equals(results[0])).toBe(true);
    }
  });

  it('uses matrices without gaps where they lie, and adds to C there', () => {
    const { runtime: counted, counts } = counting();
    const views = (how: Layout) => [matrix(8, 6, how, integers(1)), matrix(6, 7, how, integers(2))] as const;
    for (const transposed of [false, true]) {
      const c = matrix(8, 7, { ...plain, transposed }, integers(3));
      const expected = definition(c, ...views(plain), 1, 1);
      product(c, ...views({ ...plain, transposed }), 1, 1, counted);
      expect(rowsOf(c)).toEqual(
        transposed
          ? definition(matrix(8, 7, { ...plain, transposed }, integers(3)), ...views({ ...plain, transposed }), 1, 1)
          : expected,
      );
    }
    expect(counts.calls).toBe(2);
  });

  it.each([
    ['many rows', 5000, 3, 2, false],
    ['many columns and a transposed A', 7, 5, 5000, true],
  ] as const)('is the same with %s', (_, m, k, n, transposed) => {
    for (const FloatArray of types) {
      const how = { ...plain, FloatArray };
      const [a, b] = [matrix(m, k, { ...how, transposed }, integers(1)), matrix(k, n, how, integers(2))];
      for (const beta of [0, 1]) {
        const c = matrix(m, n, how, integers(3));
        const expected = definition(c, a, b, 1, beta);
        product(c, a, b, 1, beta);
        expect(unsigned(rowsOf(c))).toEqual(unsigned(expected));
      }
    }
  });

  const gaps: Layout = { ...plain, steps: [1, 2] };
  it.each<[what: string, m: number, k: number, n: number, a: Layout, b: Layout, c: Layout]>([
    ['A', 2200, 2000, 2, gaps, plain, plain],
    ['B', 2, 2000, 2200, plain, gaps, plain],
    ['C', 2200, 2, 2000, plain, plain, gaps],
  ])('that would copy a large %s is split', (_, m, k, n, la, lb, lc) => {
    const { runtime: counted, counts } = counting();
    const [c, a, b] = [matrix(m, n, lc, integers(1)), matrix(m, k, la, integers(2)), matrix(k, n, lb, integers(3))];
    const whole = matrix(m, n, plain, () => 0);
    product(
      whole,
      matrix(m, k, plain, (i) => a.get(Math.floor(i / k), i % k)),
      matrix(k, n, plain, (i) => b.get(Math.floor(i / n), i % n)),
    );
    product(c, a, b, 1, 0, counted);
    let different = 0;
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) if (c.get(i, j) !== whole.get(i, j)) different += 1;
    expect(different).toBe(0);
    expect(counts.calls).toBe(2);
    expect(counts.largest).toBeLessThanOrEqual(2 ** 22);
  });
});

it('a handful of models serves all products', () => {
  const kept = runtime.sessionCount;
  for (let size = 1; size < 30; size++) {
    const a = matrix(size, size, plain, integers(1));
    product(matrix(size, size, plain, integers(2)), a, a, 1 + size, size);
  }
  expect(runtime.sessionCount - kept).toBeLessThanOrEqual(1);
});
