import { describe, expect, it } from 'vitest';
import { type Arrays, fromValues, mapElements } from './arrays.js';
import { largest, measureCondition, sumOfMagnitudes } from './condition.js';
import type { Gradient } from './gradient-case.js';

const vector = (...values: number[]) => fromValues(Float64Array.from(values), [values.length]);
const inputs: Arrays = { x: vector(2, -3) };
const dout = vector(-1, 0.5);

/** Of x_0 x_1 dout_0 + x_1 dout_1, with respect to x. */
const gradient: Gradient = ({ x }, d) => {
  const [a, b] = x!.data as Float64Array;
  return { x: vector(b! * d.data[0]!, a! * d.data[0]! + d.data[1]!) };
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
      x: mapElements(gradient(at, d).x!, (value) => value - others.data[0]!),
    });
    const { x } = measureCondition(minusOther, { inputs, dout, others: [others] });
    expect(x!.data[0]).toBeCloseTo(13, 8);
    expect([...others.data]).toEqual([7]);
    expect([...inputs.x!.data, ...dout.data]).toEqual([2, -3, -1, 0.5]);
  });
});

it('sumOfMagnitudes has the terms of a sum without their signs', () => {
  expect([...sumOfMagnitudes(gradient)(inputs, dout).x!.data]).toEqual([3, 2.5]);
});

it('largest takes the largest of an input for all of it', () => {
  expect([...largest(sumOfMagnitudes(gradient))(inputs, dout).x!.data]).toEqual([3, 3]);
});
