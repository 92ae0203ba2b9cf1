import { isRecording, runCustomOp } from '@cifarlab/tfjs-ops';
import { add, matMul, mul, ones, reshape, square, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { assertTensors } from './assert-tensors.js';
import { type LayerNormOptions, resolveEpsilon } from './options.js';
import { meanOfRows, rowStatistics } from './row-statistics.js';

/**
 * Computes layer normalisation (Ba, Kiros and Hinton, arXiv:1607.06450) with a gradient derived by hand: the
 * practical's question 3.2. Every row, along the last axis, is normalised by itself:
 *
 *     y = gamma · x̂ + beta,    x̂ = (x − mean) / √(variance + epsilon)        mean and biased variance of the row
 *
 * A gradient that is not needed costs nothing, and gradients can be differentiated again.
 *
 * For the backward pass it keeps x, gamma, and per row the mean and 1 / √(variance + epsilon), as PyTorch does. Keeping
 * x̂ instead of x would save two subtractions there, at the price of an array of x's size for every use, whereas x is as
 * a rule in memory anyway: it is a residual stream, or what the op before keeps. And x is what second derivatives start
 * from.
 *
 * @param x float32, [..., features]: one row or any number of leading axes.
 * @param gamma float32, [features]: the scale.
 * @param beta float32, [features]: the offset.
 * @returns y, of x's shape.
 * @throws RangeError on other shapes, on an epsilon below 0 and on unknown options; TypeError on tensors that are not
 *   float32.
 */
export function layerNorm<T extends Tensor>(x: T, gamma: Tensor, beta: Tensor, options: LayerNormOptions = {}): T {
  const epsilon = resolveEpsilon('layerNorm', options);
  assertTensors('layerNorm', x, gamma, beta);
  return tidy(() => {
    const [y] = runCustomOp({
      inputs: { x, gamma, beta },
      forward(save) {
        const { rowMean, centred, inverseStd } = rowStatistics(x, epsilon);
        save([x, gamma, rowMean, inverseStd]);
        return [add(mul(mul(centred, inverseStd), gamma), beta), rowMean, inverseStd];
      },
      backward([dy], saved) {
        const [x, gamma, rowMean, inverseStd] = saved as [Tensor, Tensor, Tensor, Tensor];
        // The statistics were saved as numbers; what differentiates the gradient needs them as functions of x.
        const statistics = () => (isRecording() ? rowStatistics(x, epsilon) : { centred: sub(x, rowMean), inverseStd });
        return backwardFormula(dy!, gamma, statistics);
      },
    });
    return y as T;
  });
}

/**
 * Returns the gradients. With c = x − mean, r = 1 / √(variance + epsilon), x̂ = r c, g = gamma · dy, and means over the
 * row:
 *
 *     dbeta  = Σ dy               over all rows
 *     dgamma = Σ dy · x̂           over all rows; as a product of matrices, rᵀ (dy · c)
 *     dx     = r (g − mean(g) − x̂ · mean(g · x̂))        with x̂ · mean(g · x̂) = c · r² mean(g · c)
 *
 * Each function makes what it needs for itself: a tensor shared between them would live until the whole network's
 * backward pass is over.
 */
function backwardFormula(
  dy: Tensor,
  gamma: Tensor,
  statistics: () => { centred: Tensor; inverseStd: Tensor },
): Record<'x' | 'gamma' | 'beta', () => Tensor> {
  const features = gamma.size;
  const rows = dy.size / features;
  /** weightsᵀ x, of weights [..., 1] and x [..., features], as [features]. */
  const sumOverRows = (x: Tensor, weights: Tensor) =>
    reshape(matMul(reshape(weights, [1, rows]), reshape(x, [rows, features])), [features]);
  return {
    x() {
      const { centred, inverseStd } = statistics();
      const g = mul(gamma, dy);
      const alongCentred = mul(square(inverseStd), meanOfRows(mul(g, centred)));
      return mul(sub(sub(g, meanOfRows(g)), mul(centred, alongCentred)), inverseStd);
    },
    gamma() {
      const { centred, inverseStd } = statistics();
      return sumOverRows(mul(dy, centred), inverseStd);
    },
    beta: () => sumOverRows(dy, ones([rows, 1])),
  };
}
