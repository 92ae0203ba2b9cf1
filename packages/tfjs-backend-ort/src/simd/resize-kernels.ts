import { ranges } from './ranges.js';
import type { SimdTeam } from './simd-team.js';

/** Images [batch, inHeight, inWidth, channels] that become [batch, outHeight, outWidth, channels]. */
interface ResizeGeometry {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  /** Pixels of x from one row of y to the next. */
  readonly scaleHeight: number;
  readonly scaleWidth: number;
  /** Whether pixel i has its centre at i + 1/2. */
  readonly halfPixelCentres: boolean;
}

export interface ResizeKernels {
  /** y: at each of its pixels, x between the four pixels around that place; no output overlaps an input. */
  bilinear(x: number, y: number, geometry: ResizeGeometry): void;
}

/** Returns the resizing of images among the SIMD kernels. */
export function resizeKernels(team: SimdTeam): ResizeKernels {
  return {
    bilinear(x, y, g) {
      const input = 4 * g.inHeight * g.inWidth * g.channels;
      const output = 4 * g.outHeight * g.outWidth * g.channels;
      const calls = ranges(team.threads, g.batch, g.batch * (input + output)).map(({ first, count }) => [
        ...[x + first * input, y + first * output, count, g.inHeight, g.inWidth, g.channels, g.outHeight, g.outWidth],
        ...[g.scaleHeight, g.scaleWidth, Number(g.halfPixelCentres)],
      ]);
      team.run('resizeBilinear', calls);
    },
  };
}
