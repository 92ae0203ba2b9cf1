/** Functions that follow a sum. */
import { add, get, put, relu } from './vector';

export const enum Activation {
  Linear,
  Relu,
  Relu6,
}

/** The activation; which one is a constant wherever this is inlined. NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function activate(activation: Activation, value: v128): v128 {
  if (activation == Activation.Linear) return value;
  const positive = relu(value);
  return activation == Activation.Relu ? positive : f32x4.pmin(positive, f32x4.splat(6));
}

/** The lowest value of the activation. */
export function lowest(activation: Activation): v128 {
  return f32x4.splat(activation == Activation.Linear ? -Infinity : 0);
}

/** The highest value of the activation. */
export function highest(activation: Activation): v128 {
  return f32x4.splat(activation == Activation.Relu6 ? 6 : Infinity);
}

/**
 * Stores a sum; with `finishes`, a constant wherever this is inlined, after adding the bias and the residual at an address
 * that is not 0, and between the limits of an activation. NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
export function putFinished(
  to: usize,
  sum: v128,
  finishes: bool,
  bias: v128,
  residual: usize,
  low: v128,
  high: v128,
): void {
  if (!finishes) {
    put(to, sum);
    return;
  }
  let value = add(sum, bias);
  if (residual) value = add(value, get(residual));
  put(to, f32x4.pmin(f32x4.pmax(value, low), high));
}
