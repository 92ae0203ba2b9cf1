import fc from 'fast-check';
import type { WindowGeometry } from '../../src/simd/window-geometry.js';

const small = fc.integer({ min: 1, max: 3 });

/** Windows over images, with dilations and filters up to a size: padding, strides and tails as they come. */
export const geometries = (maxDilation: number, maxFilter = 3): fc.Arbitrary<WindowGeometry> =>
  fc
    .record({
      batchSize: fc.integer({ min: 1, max: 3 }),
      inHeight: fc.integer({ min: 1, max: 9 }),
      inWidth: fc.integer({ min: 1, max: 9 }),
      inChannels: fc.constantFrom(1, 3, 4, 6, 11, 16, 21, 32),
      filterHeight: fc.integer({ min: 1, max: maxFilter }),
      filterWidth: fc.integer({ min: 1, max: maxFilter }),
      strideHeight: small,
      strideWidth: small,
      dilationHeight: fc.integer({ min: 1, max: maxDilation }),
      dilationWidth: fc.integer({ min: 1, max: maxDilation }),
      pads: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 2 }))),
    })
    .map(({ pads, ...g }) => {
      const spanY = (g.filterHeight - 1) * g.dilationHeight + 1;
      const spanX = (g.filterWidth - 1) * g.dilationWidth + 1;
      // A window lies inside the image with at least one row and column.
      const [top, bottom] = [Math.min(pads[0]!, spanY - 1), Math.min(pads[1]!, spanY - 1)];
      const [left, right] = [Math.min(pads[2]!, spanX - 1), Math.min(pads[3]!, spanX - 1)];
      const outHeight = Math.floor((g.inHeight + top + bottom - spanY) / g.strideHeight) + 1;
      const outWidth = Math.floor((g.inWidth + left + right - spanX) / g.strideWidth) + 1;
      return { ...g, outHeight, outWidth, padInfo: { top, left } };
    })
    .filter((g) => g.outHeight > 0 && g.outWidth > 0);

export const inputSize = (g: WindowGeometry) => g.batchSize * g.inHeight * g.inWidth * g.inChannels;
export const outputSize = (g: WindowGeometry) => g.batchSize * g.outHeight * g.outWidth * g.inChannels;

/** Calls `visit` with the index of each output, and with those of the inputs and of the taps under its window. */
export function eachWindow(g: WindowGeometry, visit: (out: number, under: number[], taps: number[]) => void): void {
  for (let out = 0; out < outputSize(g); out++) {
    const c = out % g.inChannels;
    const position = Math.floor(out / g.inChannels);
    const ox = position % g.outWidth;
    const oy = Math.floor(position / g.outWidth) % g.outHeight;
    const n = Math.floor(position / g.outWidth / g.outHeight);
    const under: number[] = [];
    const taps: number[] = [];
    for (let p = 0; p < g.filterHeight; p++) {
      for (let q = 0; q < g.filterWidth; q++) {
        const row = oy * g.strideHeight - g.padInfo.top + p * g.dilationHeight;
        const column = ox * g.strideWidth - g.padInfo.left + q * g.dilationWidth;
        if (row < 0 || row >= g.inHeight || column < 0 || column >= g.inWidth) continue;
        under.push(((n * g.inHeight + row) * g.inWidth + column) * g.inChannels + c);
        taps.push((p * g.filterWidth + q) * g.inChannels + c);
      }
    }
    visit(out, under, taps);
  }
}
