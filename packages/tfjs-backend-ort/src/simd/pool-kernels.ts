import { ranges } from './ranges.js';
import type { SimdTeam } from './simd-team.js';
import type { WindowGeometry } from './window-geometry.js';

/**
 * Pooling and its gradients, as in tfjs's cpu backend. Windows are clipped at the image's borders and not dilated:
 * `dilationHeight` and `dilationWidth` must be 1. Outputs must not overlap inputs.
 */
export interface PoolKernels {
  /**
   * y [N, outHeight, outWidth, C]: the largest of each window of x. NaN is skipped.
   *
   * @param addresses of x, y and, for the gradient, of the winners: 16 bits for each number of y, the first pixel, row by
   *   row, of its window that is its maximum, numbered as assembly/maximum-pool.ts says.
   * @param geometry windows of at most 65,535 pixels where there are winners.
   */
  maximum(addresses: { x: number; y: number; winners?: number | undefined }, geometry: WindowGeometry): void;
  /** dx [N, inHeight, inWidth, C]: each dy goes to the winner of its window. */
  maximumGradient(addresses: { dy: number; winners: number; dx: number }, geometry: WindowGeometry): void;
  /** y: the mean of each window's pixels inside the image. */
  average(x: number, y: number, geometry: WindowGeometry): void;
  /**
   * dx: each dy, divided, goes to all pixels of its window.
   *
   * @param divisor 'pixels': by the number of pixels inside the image, which is the gradient of `average`; 'window': by
   *   the window's size everywhere, which is what tfjs's cpu backend does.
   */
  averageGradient(dy: number, dx: number, geometry: WindowGeometry, divisor: 'pixels' | 'window'): void;
}

/** Returns the pooling among the SIMD kernels. */
export function poolKernels(team: SimdTeam): PoolKernels {
  const sizes = (g: WindowGeometry) =>
    [
      ...[g.inHeight, g.inWidth, g.inChannels, g.outHeight, g.outWidth],
      ...[g.filterHeight, g.filterWidth, g.strideHeight, g.strideWidth, g.padInfo.top, g.padInfo.left],
    ] as const;
  /** Returns, for each range of images: how many, and how far their inputs and outputs are from the first ones. */
  const parts = (g: WindowGeometry) => {
    const input = g.inHeight * g.inWidth * g.inChannels * 4;
    const output = g.outHeight * g.outWidth * g.inChannels * 4;
    return ranges(team.threads, g.batchSize, g.batchSize * (input + output)).map(({ first, count }) => ({
      images: count,
      input: first * input,
      output: first * output,
    }));
  };
  return {
    maximum: ({ x, y, winners }, g) => {
      const calls = parts(g).map(({ images, input, output }) => {
        return [x + input, y + output, winners === undefined ? 0 : winners + output / 2, images, ...sizes(g)];
      });
      team.run('maximumPool', calls);
    },
    maximumGradient: ({ dy, winners, dx }, g) => {
      const calls = parts(g).map(({ images, input, output }) => {
        return [dy + output, winners + output / 2, dx + input, images, ...sizes(g)];
      });
      team.run('maximumPoolGradient', calls);
    },
    average: (x, y, g) => {
      const calls = parts(g).map(({ images, input, output }) => [x + input, y + output, images, ...sizes(g)]);
      team.run('averagePool', calls);
    },
    averageGradient: (dy, dx, g, divisor) => {
      const by = divisor === 'pixels' ? 0 : g.filterHeight * g.filterWidth;
      const calls = parts(g).map(({ images, input, output }) => {
        return [dy + output, dx + input, images, ...sizes(g), by];
      });
      team.run('averagePoolGradient', calls);
    },
  };
}
