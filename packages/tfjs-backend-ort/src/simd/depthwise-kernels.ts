import { ACTIVATIONS, type Activation } from './activation.js';
import { type Range, ranges } from './ranges.js';
import type { SimdTeam } from './simd-team.js';
import type { WindowGeometry } from './window-geometry.js';

/**
 * Depthwise convolution with a channel multiplier of 1 and its gradients, any stride, dilation and padding:
 * y[n, i, j, c] is the sum over p, q of x[n, i strideHeight - top + p dilationHeight, j strideWidth - left +
 * q dilationWidth, c] filter[p, q, c]. Tensors are x and dx [N, inHeight, inWidth, C], filter and dfilter
 * [filterHeight, filterWidth, C], bias [C], y and dy [N, outHeight, outWidth, C]. Outputs must not overlap inputs.
 */
export interface DepthwiseKernels {
  /** y, or with `bias` y + bias, or with `activation` that of either. */
  forward(
    addresses: { x: number; filter: number; bias?: number; y: number },
    geometry: WindowGeometry,
    activation?: Activation,
  ): void;
  inputGradient(addresses: { dy: number; filter: number; dx: number }, geometry: WindowGeometry): void;
  /** @param addresses `partial`: of `filterGradientFloats` floats of working memory. */
  filterGradient(
    addresses: { x: number; dy: number; dfilter: number; partial: number },
    geometry: WindowGeometry,
  ): void;
}

/** Returns the depthwise convolution among the SIMD kernels. */
export function depthwiseKernels(team: SimdTeam): DepthwiseKernels {
  const sizes = (g: WindowGeometry) =>
    [
      ...[g.inHeight, g.inWidth, g.inChannels, g.outHeight, g.outWidth, g.filterHeight, g.filterWidth],
      ...[g.strideHeight, g.strideWidth, g.dilationHeight, g.dilationWidth, g.padInfo.top, g.padInfo.left],
    ] as const;
  const bytesOf = (g: WindowGeometry) => {
    const input = g.inHeight * g.inWidth * g.inChannels * 4;
    const output = g.outHeight * g.outWidth * g.inChannels * 4;
    return { input, output, all: g.batchSize * (input + output) };
  };
  // Images go in pairs.
  const imagewise = (g: WindowGeometry) => ranges(team.threads, g.batchSize, bytesOf(g).all, 2);
  return {
    forward({ x, filter, bias = 0, y }, g, activation = 'linear') {
      const { input, output } = bytesOf(g);
      const code = ACTIVATIONS.indexOf(activation);
      const calls = imagewise(g).map(({ first, count }) => {
        return [code, x + first * input, filter, bias, y + first * output, count, ...sizes(g)];
      });
      team.run('depthwise', calls);
    },
    inputGradient({ dy, filter, dx }, g) {
      const { input, output } = bytesOf(g);
      const calls = imagewise(g).map(({ first, count }) => {
        return [dx + first * input, filter, dy + first * output, count, ...sizes(g)];
      });
      team.run('depthwiseInputGradient', calls);
    },
    filterGradient({ x, dy, dfilter, partial }, g) {
      const { input, output } = bytesOf(g);
      const size = filterSize(g);
      const parts = imageParts(g);
      const calls = parts.map(({ first, count }, part) => {
        const sums = parts.length === 1 ? dfilter : partial + 4 * part * size;
        return [x + first * input, sums, dy + first * output, count, ...sizes(g)];
      });
      team.run('depthwiseFilterGradient', calls);
      if (parts.length > 1) team.run('columnSums', [[partial, dfilter, parts.length, size]]);
    },
  };
}

/**
 * Threads that the filter gradient is cut for, regardless of their number: the order of its sums does not depend on it.
 */
const CUT_FOR = 2;

/** Pairs of images whose filter gradients are summed apart. */
function imageParts(g: WindowGeometry): Range[] {
  const pixels = g.inHeight * g.inWidth + g.outHeight * g.outWidth;
  return ranges(CUT_FOR, g.batchSize, 4 * g.batchSize * pixels * g.inChannels, 2);
}

function filterSize(g: WindowGeometry): number {
  return g.filterHeight * g.filterWidth * g.inChannels;
}

/** Floats that the filter gradient needs as working memory. */
export function filterGradientFloats(g: WindowGeometry): number {
  return imageParts(g).length * filterSize(g);
}
