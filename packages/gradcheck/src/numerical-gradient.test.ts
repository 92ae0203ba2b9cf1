import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import { forEachPosition, map, stridedArray, zeros } from '../test/support/arrays.js';
import { evalNumericalGradient, evalNumericalGradientArray } from './index.js';

const weight = (position: readonly number[]) => position.reduce((sum, i) => 2 * sum + i, 1) / 8;

/** Computes the sum of w * x^3, whose gradient is 3 w x^2. */
function cubic(x: NdArray): number {
  let sum = 0;
  forEachPosition(x.shape, (position) => {
    sum += weight(position) * x.get(...position) ** 3;
  });
  return sum;
}

describe('evalNumericalGradient', () => {
  it('is the derivative, for any rank, shape and strides', () => {
    fc.assert(
      fc.property(stridedArray, ({ x }) => {
        const gradient = evalNumericalGradient(cubic, x);
        expect(gradient.shape).toEqual(x.shape);
        forEachPosition(x.shape, (position) => {
          expect(gradient.get(...position)).toBeCloseTo(3 * weight(position) * x.get(...position) ** 2, 6);
        });
      }),
    );
  });

  it('is (f(x + h) - f(x - h)) / 2h, with h = 1e-5 unless told', () => {
    const x = ndarray(Float64Array.of(0.3), [1]);
    const f = (v: NdArray) => Math.exp(v.get(0));
    expect(evalNumericalGradient(f, x).get(0)).toBe((Math.exp(0.3 + 1e-5) - Math.exp(0.3 - 1e-5)) / 2e-5);
    expect(evalNumericalGradient(f, x, 0.1).get(0)).toBe((Math.exp(0.3 + 0.1) - Math.exp(0.3 - 0.1)) / 0.2);
  });

  it('restores x and leaves the memory around it alone, bit for bit', () => {
    fc.assert(
      fc.property(stridedArray, ({ x, memory }) => {
        const before = memory.slice();
        evalNumericalGradient(cubic, x);
        expect(memory).toEqual(before);
      }),
    );
  });

  it('restores x when f throws at a moved element', () => {
    const x = ndarray(Float64Array.of(0.1, 0.2, 0.3), [3]);
    for (const limit of [1, 2, 3, 4, 5, 6]) {
      let calls = 0;
      const f = () => {
        calls += 1;
        if (calls === limit) throw new Error('out of domain');
        return 0;
      };
      expect(() => evalNumericalGradient(f, x)).toThrow('out of domain');
      expect(x.data).toEqual(Float64Array.of(0.1, 0.2, 0.3));
    }
  });

  it('takes plain arrays of numbers, and rank 0', () => {
    expect(evalNumericalGradient((v) => v.get(1) * 5, ndarray([1, 2], [2])).get(1)).toBeCloseTo(5, 8);
    expect(evalNumericalGradient((v) => v.get() * 7, ndarray(Float64Array.of(2), [])).get()).toBeCloseTo(7, 8);
  });

  it('gives an empty gradient for an empty array', () => {
    expect(evalNumericalGradient(() => 1, zeros([0, 3])).shape).toEqual([0, 3]);
  });

  it.each<[what: string, run: () => unknown, message: RegExp]>([
    [
      'float32',
      () => evalNumericalGradient(() => 0, ndarray(new Float32Array(2), [2])),
      /x must hold float64 numbers, got float32: a difference quotient needs the digits/,
    ],
    ['integers', () => evalNumericalGradient(() => 0, ndarray(new Int32Array(2), [2])), /got int32/],
    [
      'a broadcast view',
      () => evalNumericalGradient(() => 0, ndarray(new Float64Array(3), [2, 3], [0, 1])),
      /x has elements that share memory \(strides \[0,1\]\): .* pass a copy/,
    ],
    ['h = 0', () => evalNumericalGradient(() => 0, zeros([2]), 0), /step h must be a positive number; got 0/],
    ['h = NaN', () => evalNumericalGradient(() => 0, zeros([2]), Number.NaN), /got NaN/],
    [
      'an f without a number',
      () => evalNumericalGradient((x) => x as never, zeros([2])),
      /function must return a number; got object/,
    ],
  ])('refuses %s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});

describe('evalNumericalGradientArray', () => {
  it('is the gradient of sum(f(x) * dout), for any rank, shape and strides', () => {
    fc.assert(
      fc.property(stridedArray, ({ x }) => {
        const dout = map(x, (_, position) => weight(position));
        const gradient = evalNumericalGradientArray((v) => map(v, (e) => e ** 3), x, dout);
        forEachPosition(x.shape, (position) => {
          expect(gradient.get(...position)).toBeCloseTo(3 * weight(position) * x.get(...position) ** 2, 6);
        });
      }),
    );
  });

  it('differentiates a parameter that f reads elsewhere, and copes with an output buffer used again', () => {
    const w = ndarray(Float64Array.of(1, 2, 3, 4), [2, 2]);
    const output = zeros([2]);
    const forward = () => {
      output.set(0, w.get(0, 0) * 10 + w.get(1, 0));
      output.set(1, w.get(0, 1) * w.get(1, 1));
      return output;
    };
    const gradient = evalNumericalGradientArray(forward, w, ndarray(Float64Array.of(1, 100), [2]));
    const expected = [10, 400, 1, 200];
    for (const [i, value] of expected.entries()) expect(gradient.data[i]).toBeCloseTo(value, 6);
  });

  it('refuses an output that has not the shape of dout, or is float32', () => {
    expect(() => evalNumericalGradientArray(() => zeros([3]), zeros([2]), zeros([1, 3]))).toThrow(
      /output has shape \[3\], and dout \[1,3\]: they must agree/,
    );
    expect(() => evalNumericalGradientArray(() => ndarray(new Float32Array(3), [3]), zeros([2]), zeros([3]))).toThrow(
      /The function's output must hold float64 numbers, got float32/,
    );
  });
});
