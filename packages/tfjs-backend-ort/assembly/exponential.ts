import { add, mul, sub, times } from './vector';

/** exp stays a normal number between these. */
const LEAST: f32 = -87.3;
const MOST: f32 = 88.3;
/** log 2 in two parts, of which multiples of the first up to 2^8 are exact. */
const LOG_2_HIGH: f32 = 0.693359375;
const LOG_2_LOW: f32 = -2.12194440e-4;

/**
 * exp(x) of four numbers, x taken between -87.3 and 88.3; NaN stays NaN. With n the whole number nearest x / log 2 it is
 * 2^n exp(x - n log 2), the second factor by Taylor's polynomial of degree 7: its relative error is below 3e-7.
 */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  const bounded = f32x4.min(f32x4.max(x, f32x4.splat(LEAST)), f32x4.splat(MOST));
  const n = f32x4.nearest(times(bounded, 1.44269504));
  const r = sub(sub(bounded, times(n, LOG_2_HIGH)), times(n, LOG_2_LOW));
  let p = add(times(r, 1.0 / 5040.0), f32x4.splat(1.0 / 720.0));
  p = add(mul(p, r), f32x4.splat(1.0 / 120.0));
  p = add(mul(p, r), f32x4.splat(1.0 / 24.0));
  p = add(mul(p, r), f32x4.splat(1.0 / 6.0));
  p = add(mul(p, r), f32x4.splat(0.5));
  p = add(mul(p, r), f32x4.splat(1.0));
  p = add(mul(p, r), f32x4.splat(1.0));
  // 2^n is its exponent's bits alone.
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return mul(p, power);
}
