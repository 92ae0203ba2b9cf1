/**
 * The lines of 3x3 convolutions of whole images of 2x2, 3x3 or 7x7 pixels with a border of zeros. As the border is known, a
 * line of n pixels takes 3, 4 or 10 multiplications, not the n + 2 of Winograd's F(n, 3), or those of two tiles.
 * src/simd/whole-image.ts has the matrix A of each size, G, and the reason.
 *
 * One pair of transforms serves both ends: the input's matrix is A with its columns in reverse, so that an input is
 * transformed as an output's gradient that is turned by half.
 */
import { differenceOfPair, putPair, sumOfPair } from './pairs';
import { add, get, put, sub, times } from './vector';

const ROOT_2: f32 = 1.4142135623730951;
const ROOT_THIRD: f32 = 0.5773502691896258;
const A1: f32 = -0.9453047307958738;
const B1: f32 = 0.401214647905422;
const C1: f32 = -0.6780536126122565;
const A2: f32 = -0.09350249159750027;
const B2: f32 = -0.881207584117459;
const C2: f32 = 0.5530536126122565;

/** A y. */
// @ts-ignore: decorator
@inline
export function expandLine2(y0: v128, y1: v128, to: usize, step: usize): void {
  put(to, add(y0, times(y1, 3)));
  put(to + step, add(times(y0, 3), y1));
  put(to + 2 * step, sub(y0, y1));
}

/** A^T m. */
// @ts-ignore: decorator
@inline
export function contractLine2(from: usize, step: usize, to: usize, toStep: usize): void {
  const m0 = get(from);
  const m1 = get(from + step);
  const m2 = get(from + 2 * step);
  put(to, add(add(m0, times(m1, 3)), m2));
  put(to + toStep, sub(add(times(m0, 3), m1), m2));
}

/** A y. */
// @ts-ignore: decorator
@inline
export function expandLine3(y0: v128, y1: v128, y2: v128, to: usize, step: usize): void {
  putPair(to, step, 0, times(add(y0, y2), ROOT_THIRD), y1);
  putPair(to, step, 1, sub(y0, y2), y1);
}

/** A^T m. */
// @ts-ignore: decorator
@inline
export function contractLine3(from: usize, step: usize, to: usize, toStep: usize): void {
  const sum0 = times(sumOfPair(from, step, 0), ROOT_THIRD);
  const sum1 = sumOfPair(from, step, 1);
  put(to, add(sum0, sum1));
  put(to + toStep, add(differenceOfPair(from, step, 0), differenceOfPair(from, step, 1)));
  put(to + 2 * toStep, sub(sum0, sum1));
}

/** A y. */
// @ts-ignore: decorator
@inline
export function expandLine7(
  y0: v128,
  y1: v128,
  y2: v128,
  y3: v128,
  y4: v128,
  y5: v128,
  y6: v128,
  to: usize,
  step: usize,
): void {
  const outer = add(y0, y6);
  const inner = add(y2, y4);
  const odd = add(y1, y5);
  const oddDifference = sub(y1, y5);
  putPair(to, step, 0, add(times(outer, A1), times(inner, B1)), add(times(odd, C1), y3));
  putPair(to, step, 1, add(times(outer, A2), times(inner, B2)), add(times(odd, C2), y3));
  putPair(to, step, 2, times(add(sub(y0, y2), sub(y4, y6)), ROOT_2), sub(y3, odd));
  putPair(to, step, 3, times(sub(y2, y6), ROOT_2), add(y3, oddDifference));
  putPair(to, step, 4, times(sub(y4, y0), ROOT_2), sub(y3, oddDifference));
}

/** A^T m. */
// @ts-ignore: decorator
@inline
export function contractLine7(from: usize, step: usize, to: usize, toStep: usize): void {
  const sum0 = sumOfPair(from, step, 0);
  const sum1 = sumOfPair(from, step, 1);
  const sum2 = times(sumOfPair(from, step, 2), ROOT_2);
  const sum3 = times(sumOfPair(from, step, 3), ROOT_2);
  const sum4 = times(sumOfPair(from, step, 4), ROOT_2);
  const outer = add(times(sum0, A1), times(sum1, A2));
  const inner = add(times(sum0, B1), times(sum1, B2));
  put(to, add(outer, sub(sum2, sum4)));
  put(to + 2 * toStep, add(inner, sub(sum3, sum2)));
  put(to + 4 * toStep, add(inner, add(sum2, sum4)));
  put(to + 6 * toStep, sub(outer, add(sum2, sum3)));
  const difference0 = differenceOfPair(from, step, 0);
  const difference1 = differenceOfPair(from, step, 1);
  const difference2 = differenceOfPair(from, step, 2);
  const difference3 = differenceOfPair(from, step, 3);
  const difference4 = differenceOfPair(from, step, 4);
  const odd = sub(add(times(difference0, C1), times(difference1, C2)), difference2);
  put(to + toStep, add(odd, sub(difference3, difference4)));
  put(to + 3 * toStep, add(add(difference0, difference1), add(difference2, add(difference3, difference4))));
  put(to + 5 * toStep, sub(odd, sub(difference3, difference4)));
}
