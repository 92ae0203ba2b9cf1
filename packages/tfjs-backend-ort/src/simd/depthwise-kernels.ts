import { ranges } from './ranges.js';
import type { SimdTeam } from './simd-team.js';
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
export function depthwiseKernels(team: SimdTeam): DepthwiseKernels {
  const sizes = (g: WindowGeometry) =>
    [
      ...[g.inHeight, g.inWidth, g.inChannels, g.outHeight, g.outWidth, g.filterHeight, g.filterWidth],
      ...[g.strideHeight, g.strideWidth, g.dilationHeight, g.dilationWidth, g.padInfo.top, g.padInfo.left],
    ] as const;
  const imagewise = (
    ...[name, x, filter, y, g]: ['depthwise' | 'depthwiseInputGradient', number, number, number, WindowGeometry]
  ) => {
    const input = g.inHeight * g.inWidth * g.inChannels * 4;
    const output = g.outHeight * g.outWidth * g.inChannels * 4;
    const calls = ranges(team.threads, g.batchSize, g.batchSize * (input + output)).map(({ first, count }) => {
      return [x + first * input, filter, y + first * output, count, ...sizes(g)];
    });
    team.run(name, calls);
  };
  return {
    forward: ({ x, filter, y }, geometry) => imagewise('depthwise', x, filter, y, geometry),
    inputGradient: ({ dy, filter, dx }, geometry) => imagewise('depthwiseInputGradient', dx, filter, dy, geometry),
    filterGradient: ({ x, dy, dfilter }, geometry) =>
      team.run('depthwiseFilterGradient', [[x, dfilter, dy, geometry.batchSize, ...sizes(geometry)]]),
  };
}
