import { add, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { assertTensors } from './assert-tensors.js';
import { type LayerNormOptions, resolveEpsilon } from './options.js';
import { rowStatistics } from './row-statistics.js';

/**
 * Computes layer normalisation composed of tfjs ops, whose gradients tfjs puts together: the practical's question 3.1.
 * Values, arguments and errors are those of `layerNorm`, which keeps less for the backward pass.
 *
 *     y = gamma · (x − mean) / √(variance + epsilon) + beta        mean and biased variance of each row
 *
 * @param x float32, [..., features]: one row or any number of leading axes.
 * @param gamma float32, [features]: the scale.
 * @param beta float32, [features]: the offset.
 * @throws RangeError on other shapes, on an epsilon below 0 and on unknown options; TypeError on tensors that are not
 *   float32.
 */
export function layerNormAutodiff<T extends Tensor>(
  x: T,
  gamma: Tensor,
  beta: Tensor,
  options: LayerNormOptions = {},
): T {
  const epsilon = resolveEpsilon('layerNormAutodiff', options);
  assertTensors('layerNormAutodiff', x, gamma, beta);
  return tidy(() => {
    const { centred, inverseStd } = rowStatistics(x, epsilon);
    return add(mul(mul(centred, inverseStd), gamma), beta);
  });
}
