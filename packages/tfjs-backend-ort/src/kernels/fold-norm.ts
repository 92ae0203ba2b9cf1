import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext } from '../backend/kernel-context.js';
import { biasGradientFloats } from '../simd/elementwise-kernels.js';
import type { NativeKernel } from './kernel.js';

/**
 * A batch normalisation with fixed statistics, folded into the convolution before it. Inputs filter [..., C] (depthwise
 * [..., C, 1]), gamma, beta, mean, variance [C]; outputs filter s of the filter's shape, with
 * s = gamma / sqrt(variance + epsilon), and beta - mean s [C].
 */
export const foldNorm: NativeKernel = {
  kernelName: 'CifarlabFoldNorm',
  kernelFunc: ({ inputs: { filter, gamma, beta, mean, variance }, attrs, context }) => {
    const [folded, bias] = [context.arenaOutput(filter.shape), context.arenaOutput(gamma.shape)];
    const scales = scalesOf(context, { gamma, variance }, attrs.epsilon as number);
    const [offsets, means] = [context.floats(beta), context.floats(mean)];
    for (let c = 0; c < scales.length; c++) bias.values[c] = offsets[c]! - means[c]! * scales[c]!;
    const from = context.arenaFloats(filter).byteOffset;
    const rows = folded.values.length / scales.length;
    const { elementwise } = context.simd;
    elementwise.binaryRow('multiply', from, scales.byteOffset, folded.values.byteOffset, rows, scales.length);
    return [folded.info, bias.info];
  },
};

/**
 * The gradients of {@link foldNorm}: inputs dfolded of the filter's shape, dbias [C], filter, gamma, mean, variance; outputs
 * those to filter and gamma. That to beta is dbias.
 */
export const foldNormGrad: NativeKernel = {
  kernelName: 'CifarlabFoldNormGrad',
  kernelFunc: ({ inputs: { dfolded, dbias, filter, gamma, mean, variance }, attrs, context }) => {
    const epsilon = attrs.epsilon as number;
    const [dfilter, dgamma] = [context.arenaOutput(filter.shape), context.arenaOutput(gamma.shape)];
    const scales = scalesOf(context, { gamma, variance }, epsilon);
    const channels = scales.length;
    const rows = dfilter.values.length / channels;
    const sums = context.scratch(channels);
    const addresses = {
      dy: context.arenaFloats(dfolded).byteOffset,
      x: context.arenaFloats(filter).byteOffset,
      row: scales.byteOffset,
      dx: dfilter.values.byteOffset,
      drow: sums.byteOffset,
      partial: context.scratch(biasGradientFloats(rows, channels)).byteOffset,
    };
    context.simd.elementwise.rowProductGradient(addresses, rows, channels);
    const [means, variances, slopes] = [mean, variance, dbias].map((tensor) => context.floats(tensor));
    for (let c = 0; c < channels; c++) {
      const dscale = sums[c]! - means![c]! * slopes![c]!;
      dgamma.values[c] = dscale / Math.sqrt(variances![c]! + epsilon);
    }
    return [dfilter.info, dgamma.info];
  },
};

/** Computes gamma / sqrt(variance + epsilon), working memory of this call. */
function scalesOf(
  context: KernelContext,
  { gamma, variance }: { gamma: TensorInfo; variance: TensorInfo },
  epsilon: number,
): Float32Array {
  const [gammas, variances] = [context.floats(gamma), context.floats(variance)];
  const scales = context.scratch(gammas.length);
  for (let c = 0; c < scales.length; c++) scales[c] = gammas[c]! / Math.sqrt(variances[c]! + epsilon);
  return scales;
}
