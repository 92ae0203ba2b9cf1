import type { SimdTeam } from './simd-team.js';

/** Sizes and settings of a batch normalisation. */
export interface BatchNormSettings {
  /** M of [M, C], at least 1: every position of every image. */
  rows: number;
  /** C of [M, C]. */
  channels: number;
  epsilon: number;
  /** What follows the normalisation. */
  activation: 'linear' | 'relu';
}

/**
 * Batch normalisation in training (Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167). Mean and variance are
 * centred before squaring and summed over blocks of rows in float32, over the blocks in float64.
 */
export interface BatchNormKernels {
  /**
   * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, or the ReLU of that.
   *
   * @param addresses of the inputs x [M, C], gamma [C], beta [C], and of the outputs y [M, C], mean [C], variance [C]
   *   (biased). Outputs must not overlap inputs.
   */
  forward(
    addresses: { x: number; gamma: number; beta: number; y: number; mean: number; variance: number },
    settings: BatchNormSettings,
  ): void;
  /**
   * The gradients of `forward`; with a ReLU, only where y > 0 (elsewhere dy counts as 0, even if it is NaN).
   *
   * @param addresses of the inputs dy, x, y [M, C] (y is read with a ReLU only), gamma, mean, variance [C], and of the
   *   outputs dx [M, C], dgamma [C], dbeta [C]. Outputs must not overlap inputs.
   */
  gradient(
    addresses: {
      dy: number;
      x: number;
      y: number;
      gamma: number;
      mean: number;
      variance: number;
      dx: number;
      dgamma: number;
      dbeta: number;
    },
    settings: BatchNormSettings,
  ): void;
}

/** The batch normalisation among the SIMD kernels: on one thread, which takes all that the memory gives. */
export function batchNormKernels(team: SimdTeam): BatchNormKernels {
  return {
    forward: ({ x, gamma, beta, y, mean, variance }, { rows, channels, epsilon, activation }) =>
      team.run('batchNorm', [
        [x, gamma, beta, y, mean, variance, rows, channels, epsilon, Number(activation === 'relu')],
      ]),
    gradient: (addresses, { rows, channels, epsilon, activation }) => {
      const { dy, x, y, gamma, mean, variance, dx, dgamma, dbeta } = addresses;
      const relu = Number(activation === 'relu');
      team.run('batchNormGradient', [
        [dy, x, y, gamma, mean, variance, dx, dgamma, dbeta, rows, channels, epsilon, relu],
      ]);
    },
  };
}
