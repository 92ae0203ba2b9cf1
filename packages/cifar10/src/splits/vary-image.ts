import type { Variation } from './augmentation.js';
import type { WriteImage } from './preprocessing.js';

/** Distances of an image's neighbouring pixels and channels in an array. */
export interface ImageLayout {
  readonly pixel: number;
  readonly channel: number;
}

/** @param side of the images. */
export const chw = (side: number): ImageLayout => ({ pixel: 1, channel: side * side });
export const hwc: ImageLayout = { pixel: 3, channel: 1 };

/** A {@link WriteImage} that varies the picture first, and blanks its square afterwards. */
export type WriteVaried = (
  bytes: Uint8Array,
  from: number,
  out: Float32Array,
  to: number,
  variation: Variation,
) => void;

/** @param write puts bytes of a picture, preprocessed, into `out` in the given layout. */
export function variedWriter(write: WriteImage, layout: ImageLayout, side: number): WriteVaried {
  const move = pixelMover(side);
  const picture = new Uint8Array(3 * side * side);
  return (bytes, from, out, to, variation) => {
    move(bytes, from, picture, variation);
    write(picture, 0, out, to);
    if (variation.blank !== undefined) blankSquare(out, to, layout, side, variation.blank);
  };
}

/** Makes what moves the picture at `bytes[from...]` by (dy, dx), its reflection following, and mirrors it; CHW to CHW. */
function pixelMover(side: number) {
  const plane = side * side;
  const columns = new Uint16Array(side);
  return (bytes: Uint8Array, from: number, out: Uint8Array, { flip, dy, dx }: Variation): void => {
    for (let x = 0; x < side; x++) columns[x] = reflect((flip ? side - 1 - x : x) + dx, side);
    for (let y = 0, to = 0; y < side; y++) {
      const row = from + reflect(y + dy, side) * side;
      for (let x = 0; x < side; x++, to++) {
        const place = row + columns[x]!;
        out[to] = bytes[place]!;
        out[to + plane] = bytes[place + plane]!;
        out[to + 2 * plane] = bytes[place + 2 * plane]!;
      }
    }
  };
}

/** Sets a square to 0, where it is within the image. */
function blankSquare(
  out: Float32Array,
  to: number,
  { pixel, channel }: ImageLayout,
  length: number,
  { top, left, side }: NonNullable<Variation['blank']>,
): void {
  const [firstY, firstX] = [Math.max(top, 0), Math.max(left, 0)];
  const [endY, endX] = [Math.min(top + side, length), Math.min(left + side, length)];
  for (let c = 0; c < 3; c++) {
    for (let y = firstY; y < endY; y++) {
      for (let x = firstX; x < endX; x++) out[to + c * channel + (y * length + x) * pixel] = 0;
    }
  }
}

/**
 * Returns the place that index i, up to a side beyond the picture, shows: ... 2 1 | 0 1 2 ... 30 31 | 30 29 ... for a
 * side of 32.
 */
function reflect(i: number, side: number): number {
  if (i < 0) return -i;
  return i < side ? i : 2 * (side - 1) - i;
}
