import type { ConvGeometry } from './geometry.js';

/** One row of a source image for every target pixel and filter tap; the index of a row of zeros where there is none. */
export interface TapTable {
  /** Row indices, [images * targetPixels, taps], counted from the first image's first pixel. */
  readonly rows: Int32Array;
  readonly images: number;
  /** Pixels of an image that is read. */
  readonly sourcePixels: number;
  /** Pixels of an image that is computed. */
  readonly targetPixels: number;
  readonly taps: number;
}

/**
 * Returns, for every input pixel of this many images, the output pixels whose filter tap (p, q) lay on it: the
 * transposed relation.
 */
export function backwardTaps(g: ConvGeometry, images: number): TapTable {
  return tapTable(images, [g.inHeight, g.inWidth], [g.outHeight, g.outWidth], g, (y, x, p, q) => [
    (y + g.padTop - p * g.dilationHeight) / g.strideHeight,
    (x + g.padLeft - q * g.dilationWidth) / g.strideWidth,
  ]);
}

function tapTable(
  images: number,
  [targetHeight, targetWidth]: [number, number],
  [sourceHeight, sourceWidth]: [number, number],
  { filterHeight, filterWidth }: ConvGeometry,
  sourceOf: (row: number, column: number, p: number, q: number) => [number, number],
): TapTable {
  const sourcePixels = sourceHeight * sourceWidth;
  const targetPixels = targetHeight * targetWidth;
  const taps = filterHeight * filterWidth;
  const zeros = images * sourcePixels;
  const rows = new Int32Array(images * targetPixels * taps);
  let entry = 0;
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < targetHeight; row++) {
      for (let column = 0; column < targetWidth; column++) {
        for (let p = 0; p < filterHeight; p++) {
          for (let q = 0; q < filterWidth; q++) {
            const [y, x] = sourceOf(row, column, p, q);
            // A position between two pixels, of a stride that skips, has no source either.
            const inside = isIndex(y, sourceHeight) && isIndex(x, sourceWidth);
            rows[entry++] = inside ? image * sourcePixels + y * sourceWidth + x : zeros;
          }
        }
      }
    }
  }
  return { rows, images, sourcePixels, targetPixels, taps };
}

function isIndex(value: number, size: number): boolean {
  return value >= 0 && value < size && Number.isInteger(value);
}
