import type { ConvGeometry } from '../convolution/geometry.js';
import { ranges } from './ranges.js';
import type { SimdTeam } from './simd-team.js';

/** The pixels under the filter of a convolution as a matrix (im2col). */
export interface PatchKernels {
  /**
   * out [count, filterHeight * filterWidth * C]: for output pixel `first` and those behind it, counted over all images,
   * rows and columns, the pixels of x under the filter, 0 outside the image.
   */
  gather(x: number, out: number, first: number, count: number, geometry: Omit<ConvGeometry, 'outChannels'>): void;
}

/** Returns the gathering of patches among the SIMD kernels. */
export function patchKernels(team: SimdTeam): PatchKernels {
  return {
    gather(x, out, start, total, g) {
      const rowBytes = 4 * g.filterHeight * g.filterWidth * g.inChannels;
      const calls = ranges(team.threads, total, 2 * total * rowBytes).map(({ first, count }) => [
        ...[x, out + first * rowBytes, start + first, count],
        ...[g.inHeight, g.inWidth, g.inChannels, g.outHeight, g.outWidth, g.filterHeight, g.filterWidth],
        ...[g.strideHeight, g.strideWidth, g.dilationHeight, g.dilationWidth, g.padTop, g.padLeft],
      ]);
      team.run('gatherPatches', calls);
    },
  };
}
