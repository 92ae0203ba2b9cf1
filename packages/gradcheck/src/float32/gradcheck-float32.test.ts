import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { type FloatNdArray, fromValues } from './arrays.js';
import { type Float32Gradient, type Gradient, gradcheckFloat32, sumOfMagnitudes } from './index.js';

const double = (...values: number[]) => fromValues(Float64Array.from(values), [values.length]);
const single = (...values: number[]) => fromValues(Float32Array.from(values), [values.length]);

/** Gradient of x y: the derivatives are y dout and x dout, one product each. */
const exact: Gradient = ({ x, y }, dout) => ({
  x: double(...y.data.map((value, i) => value * dout.data[i])),
  y: double(...x.data.map((value, i) => value * dout.data[i])),
});

/** Returns the same, as an implementation in float32 rounds it. */
const rounded: Gradient = (inputs, dout) => {
  const { x, y } = exact(inputs, dout);
  return { x: single(...x.data), y: single(...y.data) };
};

const point = {
  inputs: { x: double(1.5, -2, Math.fround(0.1)), y: double(3, Math.fround(0.7), -1) },
  dout: double(1, Math.fround(-0.3), 0.5),
  exact,
  single: rounded,
  roundings: 1,
} satisfies Float32Gradient;

/** A change of the first derivative with respect to x. */
const changed =
  (change: (value: number) => number): Gradient =>
  (inputs, dout) => {
    const { x, y } = rounded(inputs, dout);
    x.data[0] = change(x.data[0]);
    return { x, y };
  };

describe('gradcheckFloat32', () => {
  it('passes what is off by a rounding, and counts', () => {
    const report = gradcheckFloat32(point);
    expect(report).toMatchObject({ passed: true, compared: 6, failures: 0 });
    expect(report.inputs).toMatchObject([
      { name: 'x', shape: [3], compared: 3, failures: 0 },
      { name: 'y', shape: [3], compared: 3, failures: 0 },
    ]);
    expect(report.worst.error).toBeGreaterThan(0);
    expect(report.worst.error).toBeLessThanOrEqual(2 ** -24);
    expect(report.worst.allowed).toBe(2 ** -24);
  });

  it.each([
    ['off by a few roundings', (value: number) => value * (1 + 2 ** -21)],
    ['of the wrong sign', (value: number) => -value],
    ['NaN', () => Number.NaN],
    ['infinite', () => Number.POSITIVE_INFINITY],
  ])('names the derivative that is %s', (_name, change) => {
    const report = gradcheckFloat32({ ...point, single: changed(change) });
    expect(report).toMatchObject({ passed: false, failures: 1, worst: { input: 'x', position: [0], expected: 3 } });
    expect(report.worst.found).toBe(Math.fround(change(3)));
    expect(report.inputs.map(({ failures }) => failures)).toEqual([1, 0]);
  });

  it('divides by the condition, or by the largest derivative of all inputs', () => {
    const off = changed((value) => value + 2 ** -20);
    // x_0's own condition is |y_0 dout_0| twice, by y and by dout; the largest derivative is 3.
    const { error } = gradcheckFloat32({ ...point, single: off }).worst;
    expect(error).toBeCloseTo(2 ** -20 / 6, 12);
    const small: Gradient = (inputs) => ({ x: double(1, 0, 0), y: double(inputs.y.data[0], 0, 0) });
    const report = gradcheckFloat32({
      ...point,
      exact: small,
      single: () => ({ x: single(1 + 2 ** -20, 0, 0), y: single(3, 0, 0) }),
      condition: () => ({ x: double(0, 0, 0), y: double(0, 0, 0) }),
    });
    expect(report.worst.error).toBe(2 ** -20 / 3);
  });

  it('takes a condition that is worked out otherwise', () => {
    const off = changed((value) => value + 2 ** -20);
    const report = gradcheckFloat32({ ...point, single: off, condition: sumOfMagnitudes(exact) });
    expect(report.worst.error).toBe(2 ** -20 / 3);
  });

  it('gives the exact gradient float64 and the other the same numbers in float32', () => {
    const seen: FloatNdArray[] = [];
    gradcheckFloat32({
      ...point,
      single(inputs, dout) {
        seen.push(inputs.x, dout);
        return rounded(inputs, dout);
      },
    });
    expect(seen.map(({ dtype }) => dtype)).toEqual(['float32', 'float32']);
    expect([...seen[0].data]).toEqual([...point.inputs.x.data]);
    expect([...seen[1].data]).toEqual([...point.dout.data]);
  });

  it('reads arrays of any strides', () => {
    const x = ndarray(Float64Array.of(0.5, 9, -2, 9), [2, 1], [2, 1]) as FloatNdArray;
    const report = gradcheckFloat32({
      inputs: { x },
      dout: double(1),
      exact: ({ x }) => ({ x: ndarray(Float64Array.of(x.get(0, 0), x.get(1, 0)), [2, 1]) as FloatNdArray }),
      single: ({ x }) => ({
        x: ndarray(Float32Array.of(x.get(1, 0), x.get(0, 0)), [2, 1], [-1, 1], 1) as FloatNdArray,
      }),
      roundings: 1,
    });
    expect(report).toMatchObject({ passed: true, worst: { error: 0 }, inputs: [{ shape: [2, 1] }] });
  });

  it('refuses numbers that float32 does not hold', () => {
    const inputs = { x: double(1, 0.1, 2), y: point.inputs.y };
    expect(() => gradcheckFloat32({ ...point, inputs })).toThrow(
      /x\[1\] is 0.1, which float32 does not hold.*Math.fround/,
    );
    expect(() => gradcheckFloat32({ ...point, dout: double(1, 1, 1e-60) })).toThrow(/dout\[2\] is 1e-60/);
  });

  it('refuses a gradient of another precision or shape, or none', () => {
    const withX = (x: FloatNdArray): Float32Gradient => ({ ...point, single: (...at) => ({ ...rounded(...at), x }) });
    expect(() => gradcheckFloat32(withX(double(1, 2, 3)))).toThrow(
      'the gradient of x is float64 of shape [3], but float32 of [3] is needed',
    );
    expect(() => gradcheckFloat32(withX(single(1, 2)))).toThrow(
      'the gradient of x is float32 of shape [2], but float32 of [3] is needed',
    );
    expect(() => gradcheckFloat32({ ...point, single: () => ({ x: single(1, 2, 3) }) })).toThrow(
      'single gave no gradient for y: return one for every input.',
    );
    expect(() => gradcheckFloat32({ ...point, exact: rounded })).toThrow(/What exact gave for x must hold float64/);
    expect(() => gradcheckFloat32({ ...point, condition: () => ({ x: double(1), y: double(1) }) })).toThrow(
      'condition gave an array of shape [1] for x, which has shape [3].',
    );
  });

  it('refuses roundings below 0, and nothing to compare', () => {
    expect(() => gradcheckFloat32({ ...point, roundings: -1 })).toThrow(
      'roundings must be a number of at least 0; got -1.',
    );
    expect(() => gradcheckFloat32({ ...point, roundings: Number.NaN })).toThrow(RangeError);
    const empty = { ...point, inputs: { x: double(), y: double() }, dout: double() };
    expect(() => gradcheckFloat32(empty)).toThrow('There is nothing to compare: the inputs have no elements.');
  });
});
