import { ranges } from './ranges.js';
import type { SimdTeam } from './simd-team.js';
import type { WindowGeometry } from './window-geometry.js';

/**
 * Pooling and its gradients, as in tfjs's cpu backend. Windows are clipped at the image's borders and not dilated:
 * `dilationHeight` and `dilationWidth` must be 1. Outputs must not overlap inputs.
 */
export interface PoolKernels {
  /** y [N, outHeight, outWidth, C]: the largest of each window of x. NaN is skipped. */
  maximum(x: number, y: number, geometry: WindowGeometry): void;
  /**
   * dx [N, inHeight, inWidth, C]: each dy goes to the first pixel, row by row, that is its window's maximum.
   *
   * @param addresses of dy, x, dx and of y, which must be the result of `maximum` on x.
   */
  maximumGradient(addresses: { dy: number; x: number; y: number; dx: number }, geometry: WindowGeometry): void;
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
  const forward = (name: 'maximumPool' | 'averagePool', x: number, y: number, g: WindowGeometry) => {
    const calls = parts(g).map(({ images, input, output }) => [x + input, y + output, images, ...sizes(g)]);
    team.run(name, calls);
  };
  return {
    maximum: (x, y, geometry) => forward('maximumPool', x, y, geometry),
    maximumGradient: ({ dy, x, y, dx }, g) => {
      const calls = parts(g).map(({ images, input, output }) => {
        return [dy + output, x + input, y + output, dx + input, images, ...sizes(g)];
      });
      team.run('maximumPoolGradient', calls);
    },
    average: (x, y, geometry) => forward('averagePool', x, y, geometry),
    averageGradient: (dy, dx, g, divisor) => {
      const by = divisor === 'pixels' ? 0 : g.filterHeight * g.filterWidth;
      const calls = parts(g).map(({ images, input, output }) => {
        return [dy + output, dx + input, images, ...sizes(g), by];
      });
      team.run('averagePoolGradient', calls);
    },
  };
}
