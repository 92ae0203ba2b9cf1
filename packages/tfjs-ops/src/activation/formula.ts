import { add, erf, exp, mul, neg, sigmoid, square, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { SmoothActivation } from './activations.js';

/** Φ(x) = (1 + erf(x / √2)) / 2, the distribution function of N(0, 1). */
const normalDistribution = (x: Tensor) => mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);

/** φ(x) = exp(−x² / 2) / √(2π), the density of N(0, 1). */
const normalDensity = (x: Tensor) => mul(exp(mul(neg(square(x)), 0.5)), 1 / Math.sqrt(2 * Math.PI));

/** Computes y = x σ(x), or x Φ(x). */
export function forwardFormula(x: Tensor, activation: SmoothActivation): Tensor {
  return tidy(() => mul(x, activation === 'silu' ? sigmoid(x) : normalDistribution(x)));
}

/** Computes dx = dy · σ (1 + x (1 − σ)), or dy · (Φ + x φ). */
export function backwardFormula(dy: Tensor, x: Tensor, activation: SmoothActivation): Tensor {
  return tidy(() => {
    if (activation === 'gelu') return mul(dy, add(normalDistribution(x), mul(x, normalDensity(x))));
    const s = sigmoid(x);
    return mul(dy, mul(s, add(mul(x, sub(1, s)), 1)));
  });
}
