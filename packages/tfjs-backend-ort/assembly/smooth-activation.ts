/** Smooth activations of flat arrays, each in one pass with one exponential. Outputs may be inputs. */
import { exponential, exponentialMinusOne } from './exponential';
import { add, get, mul, put, putLanes, sub, times } from './vector';

const enum Smooth {
  /** x / (1 + exp(-x)) */
  Silu,
  /** x Φ(x), Φ the distribution function of N(0, 1). */
  Gelu,
  /** x, and exp(x) - 1 where x < 0. */
  Elu,
}

// @ts-ignore: decorator
@inline
function logistic(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), add(f32x4.splat(1), exponential(f32x4.neg(x))));
}

/**
 * Φ(x) from e = exp(-x^2 / 2): for x < 0 it is e g(t) / 2 with t = 1 / (1 + z / 2), z = |x| / sqrt(2), and g(t) a
 * polynomial for exp(z^2) erfc(z), interpolated at the Chebyshev points of z from 0 to 9.5 (relative error 4e-8); for
 * x >= 0 it is 1 minus that.
 */
// @ts-ignore: decorator
@inline
function normalDistribution(x: v128, e: v128): v128 {
  const one = f32x4.splat(1);
  const t = f32x4.div(one, add(one, times(f32x4.abs(x), 0.353553391)));
  let g = add(times(t, 0.02013172235588387), f32x4.splat(-0.1643485631061617));
  g = add(mul(g, t), f32x4.splat(0.521595215782659));
  g = add(mul(g, t), f32x4.splat(-0.7877828260546781));
  g = add(mul(g, t), f32x4.splat(0.5139203198941));
  g = add(mul(g, t), f32x4.splat(-0.14496099380080155));
  g = add(mul(g, t), f32x4.splat(0.2405216582156969));
  g = add(mul(g, t), f32x4.splat(0.2356940738520316));
  g = add(mul(g, t), f32x4.splat(0.28317980594539677));
  g = add(mul(g, t), f32x4.splat(0.28204958179981277));
  const tail = times(mul(mul(g, t), e), 0.5);
  return v128.bitselect(tail, sub(one, tail), f32x4.lt(x, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function bell(x: v128): v128 {
  return exponential(times(mul(x, x), -0.5));
}

// @ts-ignore: decorator
@inline
function forward(activation: Smooth, x: v128): v128 {
  if (activation == Smooth.Silu) return mul(x, logistic(x));
  if (activation == Smooth.Elu) return v128.bitselect(exponentialMinusOne(x), x, f32x4.lt(x, f32x4.splat(0)));
  return mul(x, normalDistribution(x, bell(x)));
}

// @ts-ignore: decorator
@inline
function forwardFlat(activation: Smooth, x: usize, y: usize, size: usize): void {
  const whole = (size << 2) & ~15;
  for (let z: usize = 0; z < whole; z += 16) put(y + z, forward(activation, get(x + z)));
  if (size & 3) putLanes(y + whole, forward(activation, get(x + whole)), size & 3);
}

/** Stores the activation's value and its slope, which share an exponential, of four numbers or of the last few. */
// @ts-ignore: decorator
@inline
function storeBoth(activation: Smooth, x: v128, y: usize, slope: usize, lanes: usize): void {
  const one = f32x4.splat(1);
  let value: v128;
  let derivative: v128;
  if (activation == Smooth.Silu) {
    const s = logistic(x);
    value = mul(x, s);
    derivative = mul(s, add(one, mul(x, sub(one, s))));
  } else if (activation == Smooth.Gelu) {
    const e = bell(x);
    const p = normalDistribution(x, e);
    value = mul(x, p);
    derivative = add(p, mul(x, times(e, 0.398942280)));
  } else {
    const e = exponentialMinusOne(f32x4.pmin(x, f32x4.splat(0)));
    value = v128.bitselect(e, x, f32x4.lt(x, f32x4.splat(0)));
    derivative = add(e, one);
  }
  if (lanes == 4) {
    put(y, value);
    put(slope, derivative);
  } else {
    putLanes(y, value, lanes);
    putLanes(slope, derivative, lanes);
  }
}

// @ts-ignore: decorator
@inline
function withSlopeFlat(activation: Smooth, x: usize, y: usize, slope: usize, size: usize): void {
  const whole = (size << 2) & ~15;
  for (let z: usize = 0; z < whole; z += 16) storeBoth(activation, get(x + z), y + z, slope + z, 4);
  if (size & 3) storeBoth(activation, get(x + whole), y + whole, slope + whole, size & 3);
}

/** Computes y[i] = activation(x[i]) and slope[i] = activation'(x[i]). */
export function smoothActivationWithSlope(activation: Smooth, x: usize, y: usize, slope: usize, size: usize): void {
  if (activation == Smooth.Silu) withSlopeFlat(Smooth.Silu, x, y, slope, size);
  else if (activation == Smooth.Gelu) withSlopeFlat(Smooth.Gelu, x, y, slope, size);
  else withSlopeFlat(Smooth.Elu, x, y, slope, size);
}

/** Computes y[i] = activation(x[i]). */
export function smoothActivation(activation: Smooth, x: usize, y: usize, size: usize): void {
  if (activation == Smooth.Silu) forwardFlat(Smooth.Silu, x, y, size);
  else if (activation == Smooth.Gelu) forwardFlat(Smooth.Gelu, x, y, size);
  else forwardFlat(Smooth.Elu, x, y, size);
}
