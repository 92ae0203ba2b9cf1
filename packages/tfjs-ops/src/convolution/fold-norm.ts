import { add, mul, reshape, rsqrt, sub, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';

/** A batch normalisation with fixed statistics, each array [C]. */
export interface FixedNorm {
  /** The scale. */
  gamma: Tensor;
  /** The offset. */
  beta: Tensor;
  /** The mean that is subtracted. */
  mean: Tensor;
  /** The variance that is divided by the root of. */
  variance: Tensor;
  /** Added to the variance under the root. */
  epsilon: number;
}

/** What {@link foldNorm} gives. A type, not an interface, so that it is a tf.TensorContainer, which tf.tidy can return. */
export type FoldedConv = {
  /** Of the filter's shape. */
  filter: Tensor4D;
  /** [C]. */
  bias: Tensor1D;
};

/**
 * Folds a batch normalisation with fixed statistics into the convolution before it: with s = gamma / √(variance + epsilon),
 *
 *     norm(conv(x, filter)) = conv(x, filter · s) + (beta − mean · s)
 *
 * so that the images are passed over once. It is made of tfjs's ops on the filter, which is small beside the images, and
 * gradients flow through it to filter, gamma and beta: training it is training the unfolded pair.
 *
 * @param filter [height, width, channels, filters], or, `depthwise`, [height, width, channels, 1].
 */
export function foldNorm(filter: Tensor, norm: FixedNorm, { depthwise = false } = {}): FoldedConv {
  const { gamma, beta, mean, variance, epsilon } = norm;
  const scale = mul(gamma, rsqrt(add(variance, epsilon)));
  const alongFilters = depthwise ? reshape(scale, [scale.size, 1]) : scale;
  return {
    filter: mul(filter, alongFilters) as Tensor4D,
    bias: sub(beta, mul(mean, scale)) as Tensor1D,
  };
}
