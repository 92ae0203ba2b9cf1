/** Functions that follow a sum. */
import { relu } from './vector';

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
