import { add, mean, mul, relu, rsqrt, square, step, sub, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { BatchNormActivation } from './activation.js';

/** Tensors that the forward pass keeps for the backward pass. `y` is read only with `relu`, for the mask y > 0. */
export interface BatchNormSaved {
  x: Tensor;
  y: Tensor;
  gamma: Tensor;
  mean: Tensor;
  variance: Tensor;
}

export interface BatchNormAttributes {
  epsilon: number;
  activation: BatchNormActivation;
}

/** Returns all axes but the last: those that the statistics are taken over. */
const batchAxes = (x: Tensor) => x.shape.slice(1).map((_, axis) => axis);

/**
 * Computes batch normalisation with the batch's own statistics, as tfjs ops. The mean is subtracted before anything is
 * squared: E[x²] − E[x]² cancels when the mean is large.
 *
 * @returns y (x's shape), mean [C], variance [C] (biased).
 */
export function forwardFormula(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  { epsilon, activation }: BatchNormAttributes,
): Tensor[] {
  const axes = batchAxes(x);
  const batchMean = mean(x, axes);
  const centred = sub(x, batchMean);
  const variance = mean(square(centred), axes);
  const y = add(mul(centred, mul(gamma, rsqrt(add(variance, epsilon)))), beta);
  return [activation === 'relu' ? relu(y) : y, batchMean, variance];
}

/**
 * Returns the gradients of batch normalisation, with x̂ = (x − mean) / σ, σ = √(variance + epsilon), N values per
 * channel and g = dy (with relu: dy where y > 0, else 0):
 *
 *     dbeta  = Σ g
 *     dgamma = Σ g · x̂
 *     dx     = gamma / σ · (g − dbeta / N − x̂ · dgamma / N)
 *
 * Ioffe and Szegedy (arXiv:1502.03167), section 3, put together.
 *
 * The sums over a channel, which all three need, are taken at once; `dx` makes the rest when it is called. It does not
 * keep g and x̂ from the sums, since tensors made here live until the whole network's backward pass is over.
 */
export function backwardFormula(
  dy: Tensor,
  { x, y, gamma, mean: batchMean, variance }: BatchNormSaved,
  { epsilon, activation }: BatchNormAttributes,
): { dx: () => Tensor; dgamma: () => Tensor; dbeta: () => Tensor } {
  const g = () => (activation === 'relu' ? mul(dy, step(y)) : dy);
  const axes = batchAxes(x);
  const inverseDeviation = () => rsqrt(add(variance, epsilon));
  const [dgamma, dbeta] = tidy(() => {
    const masked = g();
    const alongX = sum(mul(masked, sub(x, batchMean)), axes);
    return [mul(alongX, inverseDeviation()), sum(masked, axes)];
  }) as [Tensor, Tensor];
  const dx = () => {
    const count = x.size / gamma.size;
    const perChannel = inverseDeviation();
    const alongXhat = mul(sub(x, batchMean), mul(perChannel, mul(dgamma, -1 / count)));
    const offset = mul(dbeta, -1 / count);
    return mul(add(add(g(), alongXhat), offset), mul(gamma, perChannel));
  };
  return { dx, dgamma: () => dgamma, dbeta: () => dbeta };
}
