import { add, clone, mul, reshape, rsqrt, sub, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { runCustomOp } from '../custom-op.js';
import { hasFusedKernel, runFusedKernel } from '../fused-kernel.js';
import { assertFirstDerivative } from './rectify.js';

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
  /** Constant added to the variance under the root. */
  epsilon: number;
}

/**
 * The result of {@link foldNorm}. A type, not an interface, so that it is a tf.TensorContainer, which tf.tidy can
 * return.
 */
export type FoldedConv = {
  /** Filter with the normalisation folded in, of the original's shape. */
  filter: Tensor4D;
  /** [C]. */
  bias: Tensor1D;
};

/**
 * Folds a batch normalisation with fixed statistics into the convolution before it: with s = gamma / √(variance + epsilon),
 *
 *     norm(conv(x, filter)) = conv(x, filter · s) + (beta − mean · s)
 *
 * so that one pass over the images is enough. Gradients flow through it to filter, gamma and beta: training it is
 * training the unfolded pair. Uses the backend's kernels `CifarlabFoldNorm` and `CifarlabFoldNormGrad` if it has them.
 *
 * @param filter [height, width, channels, filters], or, `depthwise`, [height, width, channels, 1].
 * @throws Error if second derivatives are requested and the backend has those kernels.
 */
export function foldNorm(filter: Tensor, norm: FixedNorm, { depthwise = false } = {}): FoldedConv {
  return hasFusedKernel('CifarlabFoldNorm') ? foldInOneKernel(filter, norm) : foldInOps(filter, norm, depthwise);
}

function foldInOps(
  filter: Tensor,
  { gamma, beta, mean, variance, epsilon }: FixedNorm,
  depthwise: boolean,
): FoldedConv {
  const scale = mul(gamma, rsqrt(add(variance, epsilon)));
  const alongFilters = depthwise ? reshape(scale, [scale.size, 1]) : scale;
  return {
    filter: mul(filter, alongFilters) as Tensor4D,
    bias: sub(beta, mul(mean, scale)) as Tensor1D,
  };
}

function foldInOneKernel(filter: Tensor, { gamma, beta, mean, variance, epsilon }: FixedNorm): FoldedConv {
  const attributes = { epsilon };
  const [folded, bias] = runCustomOp({
    inputs: { filter, gamma, beta },
    forward(save) {
      save([filter, gamma, mean, variance]);
      return runFusedKernel('CifarlabFoldNorm', { filter, gamma, beta, mean, variance }, attributes);
    },
    backward([dfolded, dbias], saved) {
      assertFirstDerivative('foldNorm');
      const [filter, gamma, mean, variance] = saved as [Tensor, Tensor, Tensor, Tensor];
      const inputs = { dfolded: dfolded!, dbias: dbias!, filter, gamma, mean, variance };
      const [dfilter, dgamma] = runFusedKernel('CifarlabFoldNormGrad', inputs, attributes) as [Tensor, Tensor];
      return { filter: () => dfilter, gamma: () => dgamma, beta: () => clone(dbias!) };
    },
  }) as [Tensor4D, Tensor1D];
  return { filter: folded, bias };
}
