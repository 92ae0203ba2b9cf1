import { IMAGE_SIDE, IMAGE_SIZE, PLANE_SIZE } from '../records.js';
import type { Variation } from './augmentation.js';
import type { WriteImage } from './preprocessing.js';

/** How far apart an image's neighbouring pixels and channels are in an array. */
export interface ImageLayout {
  readonly pixel: number;
  readonly channel: number;
}

export const CHW: ImageLayout = { pixel: 1, channel: PLANE_SIZE };
export const HWC: ImageLayout = { pixel: 3, channel: 1 };

/** A {@link WriteImage} that varies the picture first, and blanks its square afterwards. */
export type WriteVaried = (
  bytes: Uint8Array,
  from: number,
  out: Float32Array,
  to: number,
  variation: Variation,
) => void;

/** @param write puts bytes of a picture, preprocessed, into `out` in the given layout. */
export function variedWriter(write: WriteImage, layout: ImageLayout): WriteVaried {
  const picture = new Uint8Array(IMAGE_SIZE);
  return (bytes, from, out, to, variation) => {
    movePixels(bytes, from, picture, variation);
    write(picture, 0, out, to);
    if (variation.blank !== undefined) blankSquare(out, to, layout, variation.blank);
  };
}

const columns = new Uint8Array(IMAGE_SIDE);

/** Moves the picture at `bytes[from...]` by (dy, dx), its reflection following, and mirrors it; CHW to CHW. */
function movePixels(bytes: Uint8Array, from: number, out: Uint8Array, { flip, dy, dx }: Variation): void {
  for (let x = 0; x < IMAGE_SIDE; x++) columns[x] = reflect((flip ? IMAGE_SIDE - 1 - x : x) + dx);
  for (let y = 0, to = 0; y < IMAGE_SIDE; y++) {
    const row = from + reflect(y + dy) * IMAGE_SIDE;
    for (let x = 0; x < IMAGE_SIDE; x++, to++) {
      const place = row + columns[x]!;
      out[to] = bytes[place]!;
      out[to + PLANE_SIZE] = bytes[place + PLANE_SIZE]!;
      out[to + 2 * PLANE_SIZE] = bytes[place + 2 * PLANE_SIZE]!;
    }
  }
}

/** Sets a square to 0, where it is within the image. */
function blankSquare(
  out: Float32Array,
  to: number,
  { pixel, channel }: ImageLayout,
  { top, left, side }: NonNullable<Variation['blank']>,
): void {
  const [firstY, firstX] = [Math.max(top, 0), Math.max(left, 0)];
  const [endY, endX] = [Math.min(top + side, IMAGE_SIDE), Math.min(left + side, IMAGE_SIDE)];
  for (let c = 0; c < 3; c++) {
    for (let y = firstY; y < endY; y++) {
      for (let x = firstX; x < endX; x++) out[to + c * channel + (y * IMAGE_SIDE + x) * pixel] = 0;
    }
  }
}

/** The place that index i, up to a side beyond the picture, shows: ... 2 1 | 0 1 2 ... 30 31 | 30 29 ... */
function reflect(i: number): number {
  if (i < 0) return -i;
  return i < IMAGE_SIDE ? i : 2 * (IMAGE_SIDE - 1) - i;
}
