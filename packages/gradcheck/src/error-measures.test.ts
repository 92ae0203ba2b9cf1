import fc from 'fast-check';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { map, stridedArray, zeros } from '../test/support/arrays.js';
import { maxNormError, relError } from './index.js';

const vector = (...values: number[]) => ndarray(Float64Array.from(values), [values.length]);

describe('relError', () => {
  it('is the largest |a - b| / max(1e-8, |a| + |b|)', () => {
    expect(relError(vector(1, 2, -3), vector(1, 2.5, -3.1))).toBe(0.5 / 4.5);
    expect(relError(vector(1, 0), vector(-1, 0))).toBe(1);
    expect(relError(3e-9, 1e-9)).toBe((3e-9 - 1e-9) / 1e-8);
  });

  it('reads any strides and mixes types', () => {
    const a = ndarray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const b = ndarray([1, 4, 2, 5, 3, 7], [3, 2]).transpose(1, 0);
    expect(relError(a, b)).toBe(1 / 13);
  });
});

describe('maxNormError', () => {
  it('is max|a - b| / max|b|', () => {
    expect(maxNormError(vector(1, 2, -3), vector(1, 2.5, -4))).toBe(1 / 4);
    expect(maxNormError(vector(1, 1e-9), vector(1, -1e-9))).toBe(2e-9);
    expect(maxNormError(5, 4)).toBe(1 / 4);
  });

  it('is infinite where something differs from nothing', () => {
    expect(maxNormError(vector(0, 1e-300), vector(0, 0))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe.each([
  ['relError', relError],
  ['maxNormError', maxNormError],
])('%s', (_, measure) => {
  it('is 0 for equal arrays and empty ones', () => {
    fc.assert(
      fc.property(stridedArray, ({ x }) => {
        const copy = map(x, (v) => v);
        expect(measure(copy, x)).toBe(0);
      }),
    );
    expect(measure(zeros([0]), zeros([0]))).toBe(0);
  });

  it('is NaN wherever a NaN occurs, so that no comparison with it passes', () => {
    expect(measure(vector(Number.NaN, 5), vector(1, 1))).toBeNaN();
    expect(measure(vector(1, 5), vector(1, Number.NaN))).toBeNaN();
    expect(measure(vector(Number.POSITIVE_INFINITY), vector(Number.POSITIVE_INFINITY))).toBeNaN();
  });

  it('refuses arrays of different shapes', () => {
    expect(() => measure(zeros([2, 3]), zeros([3, 2]))).toThrow('Arrays of shapes [2,3] and [3,2] cannot be compared.');
    expect(() => measure(zeros([1]), 3)).toThrow('[1] and []');
  });
});
