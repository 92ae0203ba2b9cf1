import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import {
  assertGradcheck,
  type Evaluation,
  evalNumericalGradient,
  evalNumericalGradientArray,
  gradcheck,
} from './index.js';

const vector = (...values: number[]) => ndarray(Float64Array.from(values), [values.length]);

const map = (x: NdArray, f: (value: number, i: number) => number) => {
  const y = ndarray(new Float64Array(x.size), x.shape.slice());
  for (let i = 0; i < x.size; i++) y.set(i, f(x.get(i), i));
  return y;
};

const square =
  (factor: number) =>
  (x: NdArray<Float64Array>): Evaluation<NdArray> => ({
    output: map(x, (v) => v * v),
    backward: (dout) => map(dout, (d, i) => factor * d * x.get(i)),
  });

describe('gradcheck', () => {
  it('passes an exact gradient', () => {
    const report = gradcheck(square(2), vector(1, -2, 3));
    expect(report).toMatchObject({ passed: true, failures: 0, compared: 9 });
  });
  it('fails a missing factor and names the worst element', () => {
    expect(() => assertGradcheck(square(1), vector(1, -2, 3))).toThrow(
      /gradcheck failed: 3 of 9 derivatives are off \(input: 3 of 9\); worst: d output\[2\] \/ d input\[2\]: analytical 3, numerical 6/,
    );
  });
});

describe('numerical gradients', () => {
  it('of a scalar and of an array', () => {
    const x = vector(1, 2);
    const gradient = evalNumericalGradient((v) => v.get(0) * v.get(1), x);
    expect(gradient.get(0)).toBeCloseTo(2, 8);
    expect(gradient.get(1)).toBeCloseTo(1, 8);
    expect(evalNumericalGradientArray((v) => map(v, (e) => e * e), x, vector(1, 3)).get(1)).toBeCloseTo(12, 8);
  });
});
