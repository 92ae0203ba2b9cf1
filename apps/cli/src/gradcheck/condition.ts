import type { FloatNdArray } from '@cifarlab/ndarray-mlp';
import { type Arrays, absolute, cast, castAll, mapArrays, mapElements, maxNorm } from './arrays.js';
import type { Gradient } from './gradient-case.js';

/** The part of a number that it is moved by. */
const STEP = 1e-6;

/**
 * The condition of each derivative g: how far it moves, over d, when each of the numbers u that it is computed from (the
 * inputs, dout and others) moves by a part d of itself, all in the worst direction,
 *
 *     sum over u of |dg/du u|
 *
 * by central differences in float64. A computation that rounds m times one after the other is off by about m 2^-24 of that
 * (Higham, "Accuracy and stability of numerical algorithms", 2nd ed., sections 1.6 and 3.1).
 *
 * @param others what `exact` reads besides its arguments: moved in place, and restored.
 */
export function measureCondition(
  exact: Gradient,
  { inputs, dout, others = [] }: { inputs: Arrays; dout: FloatNdArray; others?: readonly FloatNdArray[] },
): Arrays {
  const at = castAll(inputs, 'float64');
  const upstream = cast(dout, 'float64');
  const conditions = mapArrays(inputs, (x) => mapElements(cast(x, 'float64'), () => 0));
  for (const { data } of [...Object.values(at), upstream, ...others]) {
    for (let j = 0; j < data.length; j++) {
      const kept = data[j]!;
      data[j] = kept * (1 + STEP);
      const upper = exact(at, upstream);
      data[j] = kept * (1 - STEP);
      const lower = exact(at, upstream);
      data[j] = kept;
      for (const [name, condition] of Object.entries(conditions)) {
        const [a, b] = [upper[name]!.data, lower[name]!.data];
        for (let i = 0; i < a.length; i++) condition.data[i]! += Math.abs(a[i]! - b[i]!) / (2 * STEP);
      }
    }
  }
  return conditions;
}

/**
 * The condition of a gradient that is a sum of products of a number of dout and one of an input, without measuring: the sum
 * of their absolute values.
 */
export function sumOfMagnitudes(exact: Gradient): Gradient {
  return (inputs, dout) => exact(mapArrays(inputs, absolute), absolute(dout));
}

/** For each derivative with respect to an input the largest condition among them: what mixes them has no smaller errors. */
export function largest(condition: Gradient): Gradient {
  return (inputs, dout) =>
    mapArrays(condition(inputs, dout), (x) => {
      const max = maxNorm(x);
      return mapElements(x, () => max);
    });
}
