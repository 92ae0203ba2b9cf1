import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { KernelContext } from '../backend/kernel-context.js';
import type { BatchNormSettings } from '../simd/batch-norm-kernels.js';
import type { NativeKernel } from './kernel.js';

/** Batch normalisation with given statistics: scale (x - mean) / sqrt(variance + epsilon) + offset, over the last axis. */
export const fusedBatchNorm: NativeKernel = {
  kernelName: 'FusedBatchNorm',
  kernelFunc: ({ inputs, attrs, context }) => {
    const { x, mean, variance } = inputs;
    const { scale: gamma, offset: beta }: Partial<typeof inputs> = inputs;
    const channels = x.shape.at(-1)!;
    const perChannel = [mean, variance, gamma, beta].every((tensor) => !tensor || isVector(tensor.shape, channels));
    if (!perChannel || util.sizeFromShape(x.shape) === 0) return undefined;
    const { varianceEpsilon: epsilon } = attrs as { varianceEpsilon: number };
    return normalize(context, { x, gamma, beta, mean, variance }, { epsilon, activation: 'linear' });
  },
};

/** Inputs x [..., C], gamma, beta, mean, variance [C]; output y of x's shape, with a ReLU if asked for. */
export const batchNormInference: NativeKernel = {
  kernelName: 'CifarlabBatchNormInference',
  kernelFunc: ({ inputs: { x, gamma, beta, mean, variance }, attrs, context }) => [
    normalize(context, { x, gamma, beta, mean, variance }, attrs as unknown as Steps),
  ],
};

interface Operands {
  x: TensorInfo;
  /** Default ones. */
  gamma: TensorInfo | undefined;
  /** Default zeros. */
  beta: TensorInfo | undefined;
  mean: TensorInfo;
  variance: TensorInfo;
}
type Steps = Pick<BatchNormSettings, 'epsilon' | 'activation'>;

function normalize(
  context: KernelContext,
  { x, gamma, beta, mean, variance }: Operands,
  { epsilon, activation }: Steps,
): TensorInfo {
  const y = context.arenaOutput(x.shape);
  const variances = context.floats(variance);
  const channels = variances.length;
  const gammas = gamma && context.floats(gamma);
  const scale = context.scratch(channels);
  for (let c = 0; c < channels; c++) scale[c] = (gammas?.[c] ?? 1) / Math.sqrt(variances[c]! + epsilon);
  const [input, means] = [context.arenaFloats(x), context.arenaFloats(mean)];
  const offsets = beta ? context.arenaFloats(beta) : context.scratch(channels).fill(0);
  const addresses = {
    x: input.byteOffset,
    mean: means.byteOffset,
    scale: scale.byteOffset,
    beta: offsets.byteOffset,
    y: y.values.byteOffset,
  };
  // The kernel centres first: with a large mean, x * scale + (beta - mean * scale) would cancel.
  context.simd.batchNorm.normalize(addresses, { rows: input.length / channels, channels, activation });
  return y.info;
}

function isVector(shape: readonly number[], length: number): boolean {
  return shape.length === 1 && shape[0] === length;
}
