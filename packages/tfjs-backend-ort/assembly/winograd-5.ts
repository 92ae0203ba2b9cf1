/**
 * The lines of Winograd's F(5x5, 3x3): the transforms of Toom and Cook with the points 1/4, 7/8 and 7/4, those of opposite
 * sign, and infinity. The powers are exact in float32, and errors no larger than those of F(4x4, 3x3). Rows for p and -p
 * share their even and odd parts.
 */
import { differenceOfPair, putPair, sumOfPair } from './pairs';
import { add, get, neg, put, sub, times } from './vector';

// The points, and their squares.
const P0: f32 = 1.0 / 4.0;
const P1: f32 = 7.0 / 8.0;
const P2: f32 = 7.0 / 4.0;
const Q0: f32 = P0 * P0;
const Q1: f32 = P1 * P1;
const Q2: f32 = P2 * P2;

/** B^T d: rows for p are the coefficients of (x + p)(x^2 - q)(x^2 - r) with the squares of the other points. */
// @ts-ignore: decorator
@inline
export function inputLine5(
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  d5: v128,
  d6: v128,
  to: usize,
  step: usize,
): void {
  putPair(to, step, 0, quartic(d1, d3, d5, Q1, Q2), times(quartic(d0, d2, d4, Q1, Q2), P0));
  putPair(to, step, 1, quartic(d1, d3, d5, Q0, Q2), times(quartic(d0, d2, d4, Q0, Q2), P1));
  putPair(to, step, 2, quartic(d1, d3, d5, Q0, Q1), times(quartic(d0, d2, d4, Q0, Q1), P2));
  const high = sub(d6, times(d4, Q0 + Q1 + Q2));
  const low = sub(times(d2, Q0 * Q1 + Q0 * Q2 + Q1 * Q2), times(d0, Q0 * Q1 * Q2));
  put(to + 6 * step, add(high, low));
}

/** The coefficients of (x^2 - q)(x^2 - r), times d. */
// @ts-ignore: decorator
@inline
function quartic(d0: v128, d2: v128, d4: v128, q: f32, r: f32): v128 {
  return add(sub(times(d0, q * r), times(d2, q + r)), d4);
}

/** B v. */
// @ts-ignore: decorator
@inline
export function inputAdjointLine5(from: usize, step: usize, to: usize, toStep: usize): void {
  const last = get(from + 6 * step);
  const even0 = times(differenceOfPair(from, step, 0), P0);
  const even1 = times(differenceOfPair(from, step, 1), P1);
  const even2 = times(differenceOfPair(from, step, 2), P2);
  put(to, sub(combine(even0, even1, even2, Q1 * Q2, Q0 * Q2, Q0 * Q1), times(last, Q0 * Q1 * Q2)));
  const middle = combine(even0, even1, even2, Q1 + Q2, Q0 + Q2, Q0 + Q1);
  put(to + 2 * toStep, sub(times(last, Q0 * Q1 + Q0 * Q2 + Q1 * Q2), middle));
  put(to + 4 * toStep, sub(add(even0, add(even1, even2)), times(last, Q0 + Q1 + Q2)));
  put(to + 6 * toStep, last);
  const odd0 = sumOfPair(from, step, 0);
  const odd1 = sumOfPair(from, step, 1);
  const odd2 = sumOfPair(from, step, 2);
  put(to + toStep, combine(odd0, odd1, odd2, Q1 * Q2, Q0 * Q2, Q0 * Q1));
  put(to + 3 * toStep, neg(combine(odd0, odd1, odd2, Q1 + Q2, Q0 + Q2, Q0 + Q1)));
  put(to + 5 * toStep, add(odd0, add(odd1, odd2)));
}

/** A^T m: rows are powers of the points. */
// @ts-ignore: decorator
@inline
export function outputLine5(from: usize, step: usize, to: usize, toStep: usize): void {
  const even0 = sumOfPair(from, step, 0);
  const even1 = sumOfPair(from, step, 1);
  const even2 = sumOfPair(from, step, 2);
  put(to, add(even0, add(even1, even2)));
  put(to + 2 * toStep, combine(even0, even1, even2, Q0, Q1, Q2));
  put(to + 4 * toStep, add(combine(even0, even1, even2, Q0 * Q0, Q1 * Q1, Q2 * Q2), get(from + 6 * step)));
  const odd0 = differenceOfPair(from, step, 0);
  const odd1 = differenceOfPair(from, step, 1);
  const odd2 = differenceOfPair(from, step, 2);
  put(to + toStep, combine(odd0, odd1, odd2, P0, P1, P2));
  put(to + 3 * toStep, combine(odd0, odd1, odd2, P0 * Q0, P1 * Q1, P2 * Q2));
}

/** A y. */
// @ts-ignore: decorator
@inline
export function outputAdjointLine5(y0: v128, y1: v128, y2: v128, y3: v128, y4: v128, to: usize, step: usize): void {
  putPair(to, step, 0, add(y0, add(times(y2, Q0), times(y4, Q0 * Q0))), add(times(y1, P0), times(y3, P0 * Q0)));
  putPair(to, step, 1, add(y0, add(times(y2, Q1), times(y4, Q1 * Q1))), add(times(y1, P1), times(y3, P1 * Q1)));
  putPair(to, step, 2, add(y0, add(times(y2, Q2), times(y4, Q2 * Q2))), add(times(y1, P2), times(y3, P2 * Q2)));
  put(to + 6 * step, y4);
}

// @ts-ignore: decorator
@inline
function combine(a: v128, b: v128, c: v128, x: f32, y: f32, z: f32): v128 {
  return add(add(times(a, x), times(b, y)), times(c, z));
}
