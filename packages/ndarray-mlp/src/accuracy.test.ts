import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import { accuracy, argmax, correctCount, oneHot } from './index.js';

const matrix = (rows: number[][]) => ndarray(Float64Array.from(rows.flat()), [rows.length, rows[0]!.length]);

describe('argmax', () => {
  it('finds the largest element of each row, the first of several', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((C) => {
          const row = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: C, maxLength: C });
          return fc.array(row, { minLength: 1, maxLength: 6 });
        }),
        (rows) => {
          expect(Array.from(argmax(matrix(rows)).data)).toEqual(rows.map((row) => row.indexOf(Math.max(...row))));
        },
      ),
    );
  });

  it('reads transposed views', () => {
    const x = matrix([
      [1, 5],
      [2, 4],
    ]);
    expect(Array.from(argmax(x.transpose(1, 0)).data)).toEqual([1, 0]);
  });

  it('gives no class for a row with a NaN, and is right for infinities', () => {
    const x = matrix([
      [0, Number.NaN, 1],
      [-Infinity, -Infinity, 3],
      [1, Infinity, 2],
    ]);
    expect(Array.from(argmax(x).data)).toEqual([3, 2, 1]);
  });

  it('refuses what is not a matrix of floats', () => {
    expect(() => argmax(ndarray(new Float64Array(3)))).toThrow('argmax: x has shape [3], but [S, C] is needed.');
    expect(() => argmax(ndarray(new Int32Array(4), [2, 2]) as NdArray)).toThrow(/argmax: x has dtype int32/);
  });
});

describe('accuracy', () => {
  const predictions = matrix([
    [0.1, 0.9],
    [0.8, 0.2],
    [0.5, 0.5],
    [Number.NaN, 1],
  ]);

  it('is the part of the rows whose maximum is where the target is', () => {
    expect(correctCount(predictions, oneHot([1, 1, 0, 1], 2))).toBe(2);
    expect(accuracy(predictions, oneHot([1, 1, 0, 1], 2))).toBe(0.5);
    expect(accuracy(predictions, oneHot([0, 1, 1, 0], 2, 'float32'))).toBe(0);
  });

  it('names both shapes when they differ', () => {
    expect(() => accuracy(predictions, oneHot([1], 2))).toThrow(
      'accuracy: predictions have shape [4, 2] and targets [1, 2]; both must be [S, C]',
    );
  });
});
