import type { SimdExports } from './simd-exports.js';
import type { WindowGeometry } from './window-geometry.js';

/**
 * Pooling and its gradients, as tfjs's cpu backend has them. Windows are clipped at the image's borders and not dilated:
 * `dilationHeight` and `dilationWidth` must be 1. Outputs must not overlap inputs.
 */
export interface PoolKernels {
  /** y [N, outHeight, outWidth, C]: the largest of each window of x. NaN is passed over. */
  maximum(x: number, y: number, geometry: WindowGeometry): void;
  /**
   * dx [N, inHeight, inWidth, C]: each dy goes to the first pixel, row by row, that is its window's maximum.
   *
   * @param addresses of dy, x, dx and of y, which must be what `maximum` makes of x.
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

/** The pooling among the SIMD kernels. */
export function poolKernels(simd: SimdExports): PoolKernels {
  const sizes = (g: WindowGeometry) =>
    [
      ...[g.batchSize, g.inHeight, g.inWidth, g.inChannels, g.outHeight, g.outWidth],
      ...[g.filterHeight, g.filterWidth, g.strideHeight, g.strideWidth, g.padInfo.top, g.padInfo.left],
    ] as const;
  return {
    maximum: (x, y, geometry) => simd.pool(0, x, y, ...sizes(geometry)),
    maximumGradient: ({ dy, x, y, dx }, geometry) => simd.poolGradient(0, dy, x, y, dx, ...sizes(geometry), 0),
    average: (x, y, geometry) => simd.pool(1, x, y, ...sizes(geometry)),
    averageGradient: (dy, dx, geometry, divisor) => {
      const by = divisor === 'pixels' ? 0 : geometry.filterHeight * geometry.filterWidth;
      simd.poolGradient(1, dy, 0, 0, dx, ...sizes(geometry), by);
    },
  };
}
