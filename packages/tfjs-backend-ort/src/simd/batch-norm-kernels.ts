import { ranges, rowParts } from './ranges.js';
import type { SimdTeam } from './simd-team.js';

/** Sizes and settings of a batch normalisation. */
export interface BatchNormSettings {
  /** M of [M, C], at least 1: every position of every image. */
  rows: number;
  /** C of [M, C]. */
  channels: number;
  epsilon: number;
  /** Activation after the normalisation. */
  activation: 'linear' | 'relu';
}

/**
 * Batch normalisation (Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167). In training, mean and variance are
 * centred before squaring and summed over blocks of rows in float32, over the blocks in float64. All threads share the
 * rows; results do not depend on their number.
 */
export interface BatchNormKernels {
  /**
   * y = (x - mean) scale + beta, or the ReLU of that: a normalisation with given statistics.
   *
   * @param addresses of the inputs x [M, C], mean, scale, beta [C], and of the output y [M, C], which may be x.
   */
  normalize(
    addresses: { x: number; mean: number; scale: number; beta: number; y: number },
    settings: Omit<BatchNormSettings, 'epsilon'>,
  ): void;
  /**
   * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, or the ReLU of that.
   *
   * @param addresses of the inputs x [M, C], gamma [C], beta [C], and of the outputs y [M, C], mean [C], variance [C]
   *   (biased); `partial`: of `batchNormFloats` floats of working memory. Outputs must not overlap inputs.
   */
  forward(
    addresses: {
      x: number;
      gamma: number;
      beta: number;
      y: number;
      mean: number;
      variance: number;
      partial: number;
    },
    settings: BatchNormSettings,
  ): void;
  /**
   * Computes the gradients of `forward`; with a ReLU, only where y > 0 (elsewhere dy counts as 0, even if it is NaN).
   *
   * @param addresses of the inputs dy, x, y [M, C] (y is read with a ReLU only), gamma, mean, variance [C], and of the
   *   outputs dx [M, C], dgamma [C], dbeta [C]; `partial` as in `forward`. Outputs must not overlap inputs.
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
      partial: number;
    },
    settings: BatchNormSettings,
  ): void;
}

/** Floats that both passes need as working memory: two doubles per channel for each part, and three floats. */
export function batchNormFloats(rows: number, channels: number): number {
  return (4 * rowParts(rows, channels).length + 3) * channels;
}

/** Returns the batch normalisation among the SIMD kernels. */
export function batchNormKernels(team: SimdTeam): BatchNormKernels {
  /** Returns where the sums of a part go, and what comes after those of all. */
  const sumsOf = (partial: number, part: number, channels: number) => partial + 16 * part * channels;
  const rowwise = (rows: number, channels: number, tensors: number) => {
    const parts = ranges(team.threads, rows, 4 * tensors * rows * channels);
    return parts.map(({ first, count }) => ({ start: 4 * first * channels, count }));
  };
  const normalize: BatchNormKernels['normalize'] = ({ x, mean, scale, beta, y }, { rows, channels, activation }) => {
    const calls = rowwise(rows, channels, 2).map(({ start, count }) => {
      return [x + start, mean, scale, beta, y + start, count, channels, Number(activation === 'relu')];
    });
    team.run('batchNorm', calls);
  };
  return {
    normalize,
    forward: ({ x, gamma, beta, y, mean, variance, partial }, { rows, channels, epsilon, activation }) => {
      const parts = rowParts(rows, channels);
      const moments = parts.map(({ first, count }, part) => {
        return [x + 4 * first * channels, sumsOf(partial, part, channels), count, channels];
      });
      team.run('batchNormMoments', moments);
      const scale = sumsOf(partial, parts.length, channels);
      const cut = [parts.length, parts[0]!.count, rows, channels];
      team.run('batchNormStatistics', [[partial, ...cut, gamma, mean, variance, scale, epsilon]]);
      normalize({ x, mean, scale, beta, y }, { rows, channels, activation });
    },
    gradient: (addresses, { rows, channels, epsilon, activation }) => {
      const { dy, x, y, gamma, mean, variance, dx, dgamma, dbeta, partial } = addresses;
      const relu = Number(activation === 'relu');
      const parts = rowParts(rows, channels);
      const sums = parts.map(({ first, count }, part) => {
        const start = 4 * first * channels;
        return [dy + start, x + start, y + start, mean, sumsOf(partial, part, channels), count, channels, relu];
      });
      team.run('batchNormGradientSums', sums);
      const factors = sumsOf(partial, parts.length, channels);
      const joined = [partial, parts.length, rows, channels, gamma, variance, dgamma, dbeta, factors, epsilon];
      team.run('batchNormGradientFactors', [joined]);
      const calls = rowwise(rows, channels, 3 + relu).map(({ start, count }) => {
        return [dy + start, x + start, y + start, mean, factors, dx + start, count, channels, relu];
      });
      team.run('batchNormGradient', calls);
    },
  };
}
