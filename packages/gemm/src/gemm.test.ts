import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';
import ndarrayGemm from 'ndarray-gemm';
import { beforeAll, describe, expect, it } from 'vitest';
import { definition, integers, type Layout, layout, matrix, plain, reals, rowsOf } from '../test/support/matrices.js';
import { gemm, setGemmEngine } from './index.js';

const single: Layout = { ...plain, FloatArray: Float32Array };

/** 0 and -0 alike. */
const unsigned = (rows: number[][]) => rows.map((row) => row.map((value) => value + 0));

// The exact sums of the kernel; `ort-product.test.ts` has those of ONNX Runtime.
beforeAll(() => {
  setGemmEngine('wasm-simd');
});

describe('gemm', () => {
  it('equals the definition for any shapes, strides, types, alpha and beta', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 40 }));
    const factor = fc.constantFrom(0, 1, -1, 0.5, 2);
    fc.assert(
      fc.property(size, size, size, layout, layout, layout, factor, factor, (m, k, n, lc, la, lb, alpha, beta) => {
        const c = matrix(m, n, lc, integers(1));
        const a = matrix(m, k, la, integers(2));
        const b = matrix(k, n, lb, integers(3));
        const memory = c.data.slice();
        const expected = definition(c, a, b, alpha, beta);
        gemm(c, a, b, alpha, beta);
        expect(unsigned(rowsOf(c))).toEqual(unsigned(expected));
        // Nothing else of C's memory has changed.
        for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) memory[c.index(i, j)] = c.get(i, j);
        expect(c.data).toEqual(memory);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[m: number, k: number, n: number]>([
    [255, 256, 257],
    [259, 513, 3],
    [2, 300, 523],
    [514, 7, 515],
    [1, 1000, 1],
  ])('equals the definition over several blocks: [%i,%i] * [%i]', (m, k, n) => {
    const c = matrix(m, n, plain, integers(1));
    const a = matrix(m, k, { ...plain, transposed: true }, integers(2));
    const b = matrix(k, n, single, integers(3));
    const expected = definition(c, a, b, 2, 3);
    gemm(c, a, b, 2, 3);
    expect(unsigned(rowsOf(c))).toEqual(unsigned(expected));
  });

  it('agrees with ndarray-gemm to rounding', () => {
    const size = fc.integer({ min: 1, max: 60 });
    const ordered = fc.record({ transposed: fc.boolean() }).map(({ transposed }) => ({ ...plain, transposed }));
    fc.assert(
      fc.property(size, size, size, ordered, ordered, (m, k, n, la, lb) => {
        const [a, b] = [matrix(m, k, la, reals(1)), matrix(k, n, lb, reals(2))];
        const [ours, theirs] = [matrix(m, n, plain, reals(3)), matrix(m, n, plain, reals(3))];
        gemm(ours, a, b, 0.75, -2);
        ndarrayGemm(theirs, a, b, 0.75, -2);
        for (let i = 0; i < ours.size; i++)
          expect(Math.abs(ours.data[i] - theirs.data[i])).toBeLessThan(1e-14 * (k + 4));
      }),
      { numRuns: 60 },
    );
  });

  it('reads broadcast views: a row of ones sums columns, a bias repeats', () => {
    const x = matrix(5, 4, plain, integers(1));
    const ones = ndarray(Float64Array.of(1), [1, 5], [0, 0]);
    const sums = matrix(1, 4, plain, () => Number.NaN);
    gemm(sums, ones, x);
    expect(rowsOf(sums)).toEqual(definition(sums, ones, x));
    const repeated = ndarray(Float64Array.of(1, 2, 3), [4, 3], [0, 1]);
    const product = matrix(5, 3, plain, () => Number.NaN);
    gemm(product, x, repeated);
    expect(rowsOf(product)).toEqual(definition(product, x, repeated));
  });

  it('reads A and B from the same memory, as in a Gram matrix', () => {
    const x = matrix(6, 4, plain, integers(5));
    const gram = matrix(4, 4, plain, () => 0);
    gemm(gram, x.transpose(1, 0), x);
    expect(rowsOf(gram)).toEqual(definition(gram, x.transpose(1, 0), x));
  });

  it('rounds a float32 result once, from a float64 sum', () => {
    const k = 700;
    const [a, b] = [matrix(3, k, single, reals(1)), matrix(k, 5, single, reals(2))];
    const [c, wide] = [matrix(3, 5, single, reals(3)), matrix(3, 5, plain, () => 0)];
    for (let i = 0; i < 3; i++) for (let j = 0; j < 5; j++) wide.set(i, j, c.get(i, j));
    gemm(wide, a, b, 1.5, 0.5);
    gemm(c, a, b, 1.5, 0.5);
    expect(rowsOf(c)).toEqual(rowsOf(wide).map((row) => row.map(Math.fround)));
    // A sum in float32 would lose the small terms one by one.
    const ones = matrix(1, 4097, single, (i) => (i === 0 ? 2 ** 24 : 1));
    const total = matrix(1, 1, single, () => 0);
    gemm(total, ones, ndarray(Float32Array.of(1), [4097, 1], [0, 0]));
    expect(total.get(0, 0)).toBe(2 ** 24 + 4096);
  });
});

describe('alpha and beta', () => {
  const factors = (): [NdArray, NdArray] => [matrix(3, 2, plain, integers(1)), matrix(2, 4, plain, integers(2))];
  const holds = (value: number) => matrix(3, 4, plain, () => value);

  it('beta = 0 does not read C', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const c = holds(value);
      gemm(c, ...factors());
      expect(rowsOf(c)).toEqual(definition(holds(0), ...factors()));
    }
  });

  it('beta other than 0 does', () => {
    const c = holds(Number.NaN);
    gemm(c, ...factors(), 1, 1);
    expect(rowsOf(c).flat()).toEqual(Array(12).fill(Number.NaN));
  });

  it('alpha = 0 reads neither A nor B', () => {
    const c = holds(3);
    const nan = (rows: number, columns: number) => matrix(rows, columns, plain, () => Number.NaN);
    gemm(c, nan(3, 2), nan(2, 4), 0, 2);
    expect(rowsOf(c).flat()).toEqual(Array(12).fill(6));
    gemm(c, nan(3, 2), nan(2, 4), 0, 0);
    expect(rowsOf(c).flat()).toEqual(Array(12).fill(0));
  });

  it('an inner length of 0 leaves beta * C', () => {
    const c = holds(3);
    gemm(
      c,
      matrix(3, 0, plain, () => 0),
      matrix(0, 4, plain, () => 0),
      1,
      -1,
    );
    expect(rowsOf(c).flat()).toEqual(Array(12).fill(-3));
    gemm(
      c,
      matrix(3, 0, plain, () => 0),
      matrix(0, 4, plain, () => 0),
    );
    expect(rowsOf(c).flat()).toEqual(Array(12).fill(0));
  });
});

describe('NaN and infinities', () => {
  it('reach exactly the rows and columns that use them', () => {
    const a = matrix(9, 6, plain, integers(1));
    const b = matrix(6, 10, plain, integers(2));
    a.set(4, 3, Number.NaN);
    a.set(8, 0, Number.POSITIVE_INFINITY);
    b.set(5, 9, Number.NEGATIVE_INFINITY);
    b.set(0, 2, 0);
    const c = matrix(9, 10, plain, () => 7);
    gemm(c, a, b);
    expect(rowsOf(c)).toEqual(definition(c, a, b));
    expect(rowsOf(c)[4].every(Number.isNaN)).toBe(true);
    expect(c.get(8, 2)).toBeNaN(); // infinity * 0
    expect(rowsOf(c)[3].slice(0, 9).every(Number.isFinite)).toBe(true);
  });

  it('a float64 sum beyond float32 becomes an infinity', () => {
    const c = matrix(1, 1, single, () => 0);
    gemm(
      c,
      matrix(1, 1, plain, () => 1e30),
      matrix(1, 1, plain, () => 1e30),
    );
    expect(c.get(0, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('gemm refuses', () => {
  const m = (rows: number, columns: number) => matrix(rows, columns, plain, () => 1);
  const memory = new Float64Array(24).fill(1);
  it.each<[what: string, c: NdArray, a: NdArray, b: NdArray, message: RegExp]>([
    [
      'inner lengths that differ',
      m(2, 3),
      m(2, 4),
      m(5, 3),
      /C \[2,3\] = A \[2,4\] \* B \[5,3\]; give \[m,n\] = \[m,k\] \* \[k,n\]/,
    ],
    ['a C with other rows than A', m(3, 3), m(2, 4), m(4, 3), /Shapes do not fit: C \[3,3\] = A \[2,4\] \* B \[4,3\]/],
    [
      'a C with other columns than B',
      m(2, 4),
      m(2, 4),
      m(4, 3),
      /Shapes do not fit: C \[2,4\] = A \[2,4\] \* B \[4,3\]/,
    ],
    ['a vector', m(2, 1), m(2, 4), ndarray(new Float64Array(4), [4]), /B must have two dimensions; it has shape \[4\]/],
    [
      'big integers',
      m(2, 2),
      ndarray(new BigInt64Array(4), [2, 2]) as unknown as NdArray,
      m(2, 2),
      /A must hold numbers; it has dtype bigint64, so convert it first/,
    ],
    ['texts', m(1, 1), ndarray(['1'] as never, [1, 1]), m(1, 1), /A must hold numbers; its element \[0,0\] is "1"/],
    [
      'an integer C of texts',
      ndarray([1], [1, 1]),
      m(1, 1),
      ndarray([null] as never, [1, 1]),
      /B must hold .* is null/,
    ],
    ['an integer vector', m(2, 1), m(2, 4), ndarray(new Int8Array(4), [4]), /B must have two dimensions; .* \[4\]/],
    [
      'an integer C beyond its memory',
      ndarray(new Int32Array(3), [2, 2]),
      m(2, 2),
      m(2, 2),
      /C of shape \[2,2\] .* reaches from 0 to 3, beyond its 3 elements/,
    ],
    [
      'an integer broadcast C',
      ndarray(new Int8Array(2), [2, 2], [0, 1]),
      m(2, 2),
      m(2, 2),
      /elements that share memory/,
    ],
    [
      'a view beyond its memory',
      m(2, 2),
      ndarray(new Float64Array(3), [2, 2]),
      m(2, 2),
      /A of shape \[2,2\] with strides \[2,1\] and offset 0 reaches from 0 to 3, beyond its 3 elements/,
    ],
    [
      'a view before its memory',
      m(2, 2),
      m(2, 2),
      ndarray(new Float64Array(4), [2, 2], [-2, 1], 0),
      /B .* reaches from -2 to 1/,
    ],
    [
      'a broadcast C',
      ndarray(new Float64Array(2), [2, 2], [0, 1]),
      m(2, 2),
      m(2, 2),
      /C of shape \[2,2\] with strides \[0,1\] has elements that share memory/,
    ],
    [
      'a C whose rows overlap',
      ndarray(memory, [3, 4], [2, 1]),
      m(3, 3),
      m(3, 4),
      /C .* strides \[2,1\] has elements that share memory/,
    ],
    [
      'a C that is A',
      ndarray(memory, [2, 2]),
      ndarray(memory, [2, 2]),
      m(2, 2),
      /C shares memory with A, which it would overwrite/,
    ],
    [
      'a C that overlaps B',
      ndarray(memory, [2, 2]),
      m(2, 2),
      ndarray(memory.subarray(3), [2, 2]),
      /C shares memory with B/,
    ],
    [
      'a C that shares bytes with a float32 B',
      ndarray(memory, [2, 2]),
      m(2, 2),
      ndarray(new Float32Array(memory.buffer, 28, 4), [2, 2]),
      /C shares memory with B/,
    ],
  ])('%s, and leaves C alone', (_, c, a, b, message) => {
    const before = Array.from(c.data as ArrayLike<number>);
    expect(() => gemm(c, a, b)).toThrow(message);
    expect(Array.from(c.data as ArrayLike<number>)).toEqual(before);
  });
});

it('takes a C that lies between the columns of A and B without touching them', () => {
  const memory = ndarray(
    Float64Array.from({ length: 36 }, (_, i) => (i * 7) % 5),
    [4, 9],
  );
  const [a, b, c] = [0, 1, 2].map((start) => memory.lo(0, start).step(1, 3));
  const expected = definition(c, a, b.hi(3, 3));
  gemm(c, a, b.hi(3, 3));
  expect(rowsOf(c)).toEqual(expected);
});

describe('what ndarray-gemm takes', () => {
  const values = (rows: number, columns: number, seed: number) =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => integers(seed)(i * columns + j)));
  const kinds: Record<string, (rows: number[][]) => NdArray | number[][]> = {
    rows: (rows) => rows.map((row) => [...row]),
    'typed rows': (rows) => rows.map((row) => Float64Array.from(row)) as unknown as number[][],
    'plain arrays': (rows) => ndarray(rows.flat(), [rows.length, rows[0].length]),
    'integer arrays': (rows) => ndarray(Int32Array.from(rows.flat()), [rows.length, rows[0].length]),
    'transposed bytes': (rows) =>
      ndarray(Int8Array.from(rows[0].flatMap((_, j) => rows.map((row) => row[j]))), [
        rows[0].length,
        rows.length,
      ]).transpose(1, 0),
    stores: (rows) => {
      const memory = rows.flat();
      const set = (i: number, value: number) => {
        memory[i] = value;
      };
      return ndarray({ length: memory.length, get: (i: number) => memory[i], set } as never, [
        rows.length,
        rows[0].length,
      ]);
    },
    floats: (rows) => ndarray(Float64Array.from(rows.flat()), [rows.length, rows[0].length]),
  };
  const names = Object.keys(kinds);
  const read = (x: NdArray | number[][]) => (Array.isArray(x) ? x.map((row) => Array.from(row)) : rowsOf(x));

  it.each(names.flatMap((c) => names.map((ab) => [c, ab] as const)))('C of %s, A and B of %s', (kindOfC, kindOfAB) => {
    for (const [alpha, beta] of [[], [2], [1, -1], [0, 3], [undefined, 1]] as [number?, number?][]) {
      const [a, b, c] = [values(3, 4, 1), values(4, 2, 2), values(3, 2, 3)];
      const expected = kinds.floats(c) as NdArray;
      gemm(expected, kinds.floats(a), kinds.floats(b), alpha, beta);
      const ours = kinds[kindOfC](c);
      const [left, right] = [kinds[kindOfAB](a), kinds[kindOfAB](b)];
      gemm(ours, left, right, alpha, beta);
      expect(unsigned(read(ours))).toEqual(unsigned(rowsOf(expected)));
      expect(read(left)).toEqual(a);
      expect(read(right)).toEqual(b);
      if (kindOfC === kindOfAB && kindOfC !== 'typed rows' && kindOfC !== 'stores') {
        const theirs = kinds[kindOfC](c);
        (ndarrayGemm as (...args: unknown[]) => void)(theirs, left, right, alpha, beta);
        expect(unsigned(read(theirs))).toEqual(unsigned(read(ours)));
      }
    }
  });

  it('an integer C cuts off fractions and may be A as well', () => {
    const c = ndarray(Int32Array.of(3, -3), [1, 2]);
    gemm(c, c, [
      [0.5, 0],
      [0, 0.5],
    ]);
    expect(c.data).toEqual(Int32Array.of(1, -1));
  });

  it.each<[string, unknown[], string]>([
    ['nothing', [], 'C must be an ndarray or an array of rows; got undefined.'],
    ['a typed array', [new Float64Array(4)], 'C must be an ndarray or an array of rows; got an object.'],
    ['a flat array', [[1, 2]], 'C must be an ndarray or an array of rows; its row 0 is 1.'],
    ['a hole', [[[1], undefined]], 'its row 1 is undefined.'],
    ['rows that differ', [[[1, 2], [1]]], 'C has rows of 2 and 1 elements; give as many in each.'],
    ['one row twice', [new Array(2).fill([0]), [[1], [1]], [[1]]], 'C has one row in several places'],
    ['frozen rows', [[Object.freeze([0])], [[1]], [[1]]], 'C is frozen; give an array that can be written to.'],
    ['an alpha that is a text', [[[0]], [[1]], [[1]], '2'], 'alpha must be a number; got "2".'],
    ['a beta that is null', [[[0]], [[1]], [[1]], 1, null], 'beta must be a number; got null.'],
    ['rows of other shapes', [[[0]], [[1, 2]], [[1]]], 'Shapes do not fit: C [1,1] = A [1,2] * B [1,1]'],
    ['a hole in a row', [[[0]], [new Array(1)], [[1]]], 'A must hold numbers; its element [0,0] is undefined.'],
    ['a C with a hole that is read', [[new Array(1)], [[1]], [[1]], 1, 1], 'C must hold numbers; its element [0,0]'],
  ])('and not %s', (_, args, message) => {
    expect(() => (gemm as (...args: unknown[]) => void)(...args)).toThrow(message);
  });
});
