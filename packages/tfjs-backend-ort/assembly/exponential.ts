import { add, mul, sub, times } from './vector';

/** exp stays a normal number between these. */
const LEAST: f32 = -87.3;
const MOST: f32 = 88.3;
/** log 2 in two parts, of which multiples of the first up to 2^8 are exact. */
const LOG_2_HIGH: f32 = 0.693359375;
const LOG_2_LOW: f32 = -2.12194440e-4;
/** 1.5 * 2^23 + 127: added to a small number, it leaves the nearest whole one, plus 127, in the lowest bits. */
const ROUNDER: f32 = 12583039.0;

/** x between the bounds; NaN stays NaN. */
// @ts-ignore: decorator
@inline
function bound(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(LEAST)), f32x4.splat(MOST));
}

/** n + ROUNDER, n the whole number nearest x / log 2. */
// @ts-ignore: decorator
@inline
function rounded(bounded: v128): v128 {
  return add(times(bounded, 1.44269504), f32x4.splat(ROUNDER));
}

/** x - n log 2. */
// @ts-ignore: decorator
@inline
function rest(bounded: v128, n: v128): v128 {
  return sub(sub(bounded, times(n, LOG_2_HIGH)), times(n, LOG_2_LOW));
}

/** (exp(r) - 1) / r by Taylor's polynomial of degree 6, for r of up to log 2 / 2. */
// @ts-ignore: decorator
@inline
function quotient(r: v128): v128 {
  let p = add(times(r, 1.0 / 5040.0), f32x4.splat(1.0 / 720.0));
  p = add(mul(p, r), f32x4.splat(1.0 / 120.0));
  p = add(mul(p, r), f32x4.splat(1.0 / 24.0));
  p = add(mul(p, r), f32x4.splat(1.0 / 6.0));
  p = add(mul(p, r), f32x4.splat(0.5));
  return add(mul(p, r), f32x4.splat(1.0));
}

/** 2^n from n + ROUNDER: its exponent's bits alone. */
// @ts-ignore: decorator
@inline
function powerOfTwo(sum: v128): v128 {
  return i32x4.shl(sum, 23);
}

/**
 * exp(x) of four numbers, x taken between -87.3 and 88.3; NaN stays NaN. With n the whole number nearest x / log 2 it is
 * 2^n exp(x - n log 2): its relative error is below 3e-7.
 */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  const bounded = bound(x);
  const sum = rounded(bounded);
  const r = rest(bounded, sub(sum, f32x4.splat(ROUNDER)));
  return mul(add(mul(quotient(r), r), f32x4.splat(1.0)), powerOfTwo(sum));
}

/** exp(x) - 1 of four numbers, with all its digits where x is small: 2^n (exp(x - n log 2) - 1) + (2^n - 1). */
// @ts-ignore: decorator
@inline
export function exponentialMinusOne(x: v128): v128 {
  const bounded = bound(x);
  const sum = rounded(bounded);
  const r = rest(bounded, sub(sum, f32x4.splat(ROUNDER)));
  const power = powerOfTwo(sum);
  return add(mul(mul(quotient(r), r), power), sub(power, f32x4.splat(1.0)));
}
