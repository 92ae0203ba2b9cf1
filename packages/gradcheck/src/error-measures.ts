import type { NdArray } from 'ndarray';
import { formatShape, sameShape } from './elements.js';

/**
 * Returns the largest elementwise relative error, max |a - b| / max(1e-8, |a| + |b|): `rel_error` of the practical.
 *
 * It fails on tiny entries even for exact gradients: at 1e-9, a rounding error of 1e-11 already counts as 1e-3. Where
 * such entries occur, use {@link maxNormError} or {@link gradcheck}.
 *
 * @returns 0 for empty arrays; NaN when any element is NaN or two infinities meet.
 * @throws RangeError when the shapes differ.
 */
export function relError(a: NdArray | number, b: NdArray | number): number {
  let worst = 0;
  forEachPair(a, b, (x, y) => {
    worst = Math.max(worst, Math.abs(x - y) / Math.max(1e-8, Math.abs(x) + Math.abs(y)));
  });
  return worst;
}

/**
 * Returns the error relative to the largest expected element, max|a - b| / max|b|: indifferent to tiny entries.
 *
 * @param actual the values to judge.
 * @param expected the values to trust; they give the scale.
 * @returns 0 when the two agree, Infinity when they differ and every expected value is 0; NaN when any element is NaN.
 * @throws RangeError when the shapes differ.
 */
export function maxNormError(actual: NdArray | number, expected: NdArray | number): number {
  let error = 0;
  let scale = 0;
  forEachPair(actual, expected, (x, y) => {
    error = Math.max(error, Math.abs(x - y));
    scale = Math.max(scale, Math.abs(y));
  });
  return error === 0 ? 0 : error / scale;
}

function forEachPair(a: NdArray | number, b: NdArray | number, visit: (x: number, y: number) => void): void {
  const shapeA = typeof a === 'number' ? [] : a.shape;
  const shapeB = typeof b === 'number' ? [] : b.shape;
  if (!sameShape(shapeA, shapeB)) {
    throw new RangeError(`Arrays of shapes ${formatShape(shapeA)} and ${formatShape(shapeB)} cannot be compared.`);
  }
  const position = new Array<number>(shapeA.length).fill(0);
  const at = (array: NdArray | number) => (typeof array === 'number' ? array : (array.get(...position) as number));
  const descend = (axis: number): void => {
    if (axis === shapeA.length) visit(at(a), at(b));
    else {
      for (let i = 0; i < shapeA[axis]; i++) {
        position[axis] = i;
        descend(axis + 1);
      }
    }
  };
  descend(0);
}
