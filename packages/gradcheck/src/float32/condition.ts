import { copyElements, float64Elements } from '../elements.js';
import {
  type FloatArrays,
  type FloatNdArray,
  float64Values,
  fromValues,
  type Gradient,
  mapArrays,
  mapValues,
  maxNorm,
  valuesOf,
} from './arrays.js';

/** The part of a number that it is moved by. */
const STEP = 1e-6;

/** Point at which a gradient is taken, and its inputs. */
export interface GradientPoint {
  /** The inputs, float64. */
  inputs: FloatArrays;
  /** The gradient that flows into the output, float64. */
  dout: FloatNdArray;
  /** Other float64 numbers that the gradient is computed from at each call, such as targets. */
  others?: readonly FloatNdArray[] | undefined;
}

/**
 * Measures the condition of each derivative g: how far it moves, over d, when each of the numbers u that it is computed
 * from (the inputs, dout and others) moves by a part d of itself, all in the worst direction,
 *
 *     sum over u of |dg/du u|
 *
 * by central differences in float64. A computation that rounds m times one after the other is off by about m 2^-24 of that
 * (Higham, "Accuracy and stability of numerical algorithms", 2nd ed., sections 1.6 and 3.1).
 *
 * @param exact the gradient in float64; it may read `others` elsewhere: they are moved in place, and restored.
 * @returns an array of the input's shape for each input.
 * @throws TypeError when an array is not float64; RangeError when `exact` leaves an input out.
 */
export function measureCondition(exact: Gradient, { inputs, dout, others = [] }: GradientPoint): FloatArrays {
  const at = mapArrays(inputs, (x, name) => fromValues(float64Values(x, name), x.shape));
  const upstream = fromValues(float64Values(dout, 'dout'), dout.shape);
  const conditions = mapArrays(inputs, (x) => mapValues(x, () => 0));
  const evaluate = () => {
    const gradients = exact(at, upstream);
    return Object.keys(conditions).map((name) => gradientValues(gradients, name));
  };
  const moved = [
    ...Object.entries(at).map(([name, x]) => float64Elements(x, name)),
    float64Elements(upstream, 'dout'),
    ...others.map((other, i) => float64Elements(other, `others[${i}]`)),
  ];
  for (const { data, indices } of moved) {
    for (const index of indices) {
      const kept = data[index];
      try {
        data[index] = kept * (1 + STEP);
        const upper = evaluate();
        data[index] = kept * (1 - STEP);
        const lower = evaluate();
        Object.values(conditions).forEach(({ data: condition }, n) => {
          const [a, b] = [upper[n], lower[n]];
          for (let i = 0; i < a.length; i++) condition[i] += Math.abs(a[i] - b[i]) / (2 * STEP);
        });
      } finally {
        data[index] = kept;
      }
    }
  }
  return conditions;
}

/** A copy: a layer may write its next gradients to the same arrays. */
function gradientValues(gradients: FloatArrays, name: string): Float64Array {
  const gradient = gradients[name];
  if (gradient === undefined) throw new RangeError(`exact gave no gradient for ${name}: return one for every input.`);
  return copyElements(float64Elements(gradient, `The exact gradient for ${name}`));
}

/**
 * Returns the condition of a gradient that is a sum of products of a number of dout and one of an input, without
 * measuring: the sum of their absolute values.
 */
export function sumOfMagnitudes(exact: Gradient): Gradient {
  const absolute = (x: FloatNdArray) => mapValues(x, Math.abs);
  return (inputs, dout) => exact(mapArrays(inputs, absolute), absolute(dout));
}

/**
 * Returns the largest condition of each input for all of its derivatives: if an algorithm mixes them, as Winograd's
 * convolution does, none has an error smaller than that allows.
 */
export function largestOfInput(condition: Gradient): Gradient {
  return (inputs, dout) =>
    mapArrays(condition(inputs, dout), (x) => {
      const largest = maxNorm(valuesOf(x));
      return mapValues(x, () => largest);
    });
}
