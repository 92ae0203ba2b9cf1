import { Cifar10Error } from '../errors.js';
import { requireImages } from './require-images.js';

/**
 * Shifts images by whole pixels, their reflection following at the borders, for evaluation with shifted images.
 *
 * @param images of any size, such as a batch's.
 * @param shape `[n, height, width, channels]`.
 * @param down rows that the picture moves down by; up where negative.
 * @param right columns that it moves to the right by; to the left where negative.
 * @returns a new array of the same shape.
 * @throws {Cifar10Error} `INVALID_OPTION` when the shape does not have four lengths, or does not fit the number of
 *   values in `images`, or a shift is not a whole number of less than the side.
 */
export function shiftNhwc(images: Float32Array, shape: readonly number[], down: number, right: number): Float32Array {
  requireImages(images, shape);
  const [n, height, width, channels] = shape as [number, number, number, number];
  return shifted(images, { planes: n, height, width, size: channels }, down, right);
}

/** Works like {@link shiftNhwc}, but for `[n, channels, height, width]`. */
export function shiftNchw(images: Float32Array, shape: readonly number[], down: number, right: number): Float32Array {
  requireImages(images, shape);
  const [n, channels, height, width] = shape as [number, number, number, number];
  return shifted(images, { planes: n * channels, height, width, size: 1 }, down, right);
}

/** Rows of pixels, each of `size` neighbouring values. */
interface Planes {
  planes: number;
  height: number;
  width: number;
  size: number;
}

function shifted(images: Float32Array, { planes, height, width, size }: Planes, down: number, right: number) {
  requireShift(down, height);
  requireShift(right, width);
  const rows = Array.from({ length: height }, (_, y) => reflected(y - down, height));
  const columns = Array.from({ length: width }, (_, x) => reflected(x - right, width));
  const out = new Float32Array(images.length);
  let to = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (const y of rows) {
      for (const x of columns) {
        const from = ((plane * height + y) * width + x) * size;
        for (let c = 0; c < size; c++) out[to++] = images[from + c]!;
      }
    }
  }
  return out;
}

/** Returns the place that index i, less than a length beyond the borders, shows: … 2 1 | 0 1 2 … n−1 | n−2 n−3 … */
function reflected(i: number, length: number): number {
  if (i < 0) return -i;
  return i < length ? i : 2 * (length - 1) - i;
}

function requireShift(shift: number, length: number): void {
  if (!Number.isInteger(shift) || Math.abs(shift) >= length) {
    throw new Cifar10Error(
      'INVALID_OPTION',
      `A shift of ${shift} pixels: expected a whole number from ${1 - length} to ${length - 1}.`,
    );
  }
}
