import type { SimdExports } from './simd-exports.js';
import type { WindowGeometry } from './window-geometry.js';

/**
 * Depthwise convolution with a channel multiplier of 1 and its gradients, any stride, dilation and padding:
 * y[n, i, j, c] is the sum over p, q of x[n, i strideHeight - top + p dilationHeight, j strideWidth - left +
 * q dilationWidth, c] filter[p, q, c]. Tensors are x and dx [N, inHeight, inWidth, C], filter and dfilter
 * [filterHeight, filterWidth, C], y and dy [N, outHeight, outWidth, C]. Outputs must not overlap inputs.
 */
export interface DepthwiseKernels {
  forward(addresses: { x: number; filter: number; y: number }, geometry: WindowGeometry): void;
  inputGradient(addresses: { dy: number; filter: number; dx: number }, geometry: WindowGeometry): void;
  filterGradient(addresses: { x: number; dy: number; dfilter: number }, geometry: WindowGeometry): void;
}

/** The depthwise convolution among the SIMD kernels. */
export function depthwiseKernels(simd: SimdExports): DepthwiseKernels {
  const sizes = (g: WindowGeometry) =>
    [
      ...[g.batchSize, g.inHeight, g.inWidth, g.inChannels, g.outHeight, g.outWidth, g.filterHeight, g.filterWidth],
      ...[g.strideHeight, g.strideWidth, g.dilationHeight, g.dilationWidth, g.padInfo.top, g.padInfo.left],
    ] as const;
  return {
    forward: ({ x, filter, y }, geometry) => simd.depthwise(x, filter, y, ...sizes(geometry)),
    inputGradient: ({ dy, filter, dx }, geometry) => simd.depthwiseInputGradient(dx, filter, dy, ...sizes(geometry)),
    filterGradient: ({ x, dy, dfilter }, geometry) => simd.depthwiseFilterGradient(x, dfilter, dy, ...sizes(geometry)),
  };
}
