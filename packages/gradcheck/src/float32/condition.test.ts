import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { fromValues, mapValues } from './arrays.js';
import { type FloatArrays, type Gradient, largestOfInput, measureCondition, sumOfMagnitudes } from './index.js';

const vector = (...values: number[]) => fromValues(Float64Array.from(values), [values.length]);
const inputs: FloatArrays = { x: vector(2, -3) };
const dout = vector(-1, 0.5);

/** Gradient of x_0 x_1 dout_0 + x_1 dout_1 with respect to x. */
const gradient: Gradient = ({ x }, d) => {
  const [a, b] = x!.data as Float64Array;
  return { x: vector(b! * d.data[0], a! * d.data[0] + d.data[1]) };
};

describe('measureCondition', () => {
  it('adds up how far each number that is moved moves the gradient', () => {
    const { x } = measureCondition(gradient, { inputs, dout });
    // |x_1 dout_0| twice; |x_0 dout_0| twice and |dout_1|.
    expect(x!.data[0]).toBeCloseTo(6, 8);
    expect(x!.data[1]).toBeCloseTo(4.5, 8);
  });

  it('moves other numbers too, in place, and restores them', () => {
    const others = vector(7);
    const minusOther: Gradient = (at, d) => ({
      x: mapValues(gradient(at, d).x!, (value) => value - others.data[0]),
    });
    const { x } = measureCondition(minusOther, { inputs, dout, others: [others] });
    expect(x!.data[0]).toBeCloseTo(13, 8);
    expect([...others.data]).toEqual([7]);
    expect([...inputs.x!.data, ...dout.data]).toEqual([2, -3, -1, 0.5]);
  });

  it('moves and restores others of any strides, also when the gradient throws', () => {
    const memory = Float64Array.of(7, 0, 8, 0);
    const others = ndarray(memory, [2]).step(1);
    const strided = ndarray(memory, [2], [2]);
    const sumOfOthers: Gradient = () => ({ x: vector(strided.get(0), strided.get(1)) });
    const { x } = measureCondition(sumOfOthers, { inputs, dout, others: [strided] });
    expect([...x.data].map((value) => Math.round(value))).toEqual([7, 8]);
    let calls = 0;
    const throwing: Gradient = (at) => {
      if (++calls > 1) throw new Error('broken');
      return at;
    };
    expect(() => measureCondition(throwing, { inputs: {}, dout: vector(), others: [others] })).toThrow('broken');
    expect([...memory]).toEqual([7, 0, 8, 0]);
  });

  it('copes with a gradient that is written to the same array again', () => {
    const buffer = vector(0, 0);
    const reusing: Gradient = (at, d) => {
      buffer.data.set(gradient(at, d).x!.data);
      return { x: buffer };
    };
    expect(measureCondition(reusing, { inputs, dout })).toEqual(measureCondition(gradient, { inputs, dout }));
  });

  it('refuses float32 and a gradient that leaves an input out', () => {
    const single = fromValues(Float32Array.of(1, 2), [2]);
    expect(() => measureCondition(gradient, { inputs: { x: single }, dout })).toThrow(/x must hold float64 numbers/);
    expect(() => measureCondition(gradient, { inputs, dout, others: [single] })).toThrow(/others\[0\] must hold/);
    expect(() => measureCondition(() => ({}), { inputs, dout })).toThrow(/exact gave no gradient for x: return one/);
  });
});

it('sumOfMagnitudes has the terms of a sum without their signs', () => {
  expect([...sumOfMagnitudes(gradient)(inputs, dout).x!.data]).toEqual([3, 2.5]);
});

it('largestOfInput takes the largest of an input for all of it', () => {
  expect([...largestOfInput(sumOfMagnitudes(gradient))(inputs, dout).x!.data]).toEqual([3, 3]);
});
