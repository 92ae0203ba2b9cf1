import { requireImages } from './require-images.js';

/**
 * Mirrors images left to right, for evaluation with mirror images.
 *
 * @param images of any size, such as a batch's.
 * @param shape `[n, height, width, channels]`.
 * @returns a new array of the same shape.
 * @throws {Cifar10Error} `INVALID_OPTION` when the shape does not have four lengths, or does not fit the number of
 *   values in `images`.
 */
export function mirrorNhwc(images: Float32Array, shape: readonly number[]): Float32Array {
  requireImages(images, shape);
  return mirrored(images, shape[2]!, shape[3]!);
}

/** Works like {@link mirrorNhwc}, but for `[n, channels, height, width]`. */
export function mirrorNchw(images: Float32Array, shape: readonly number[]): Float32Array {
  requireImages(images, shape);
  return mirrored(images, shape[3]!, 1);
}

/** Returns the images with every row of `width` pixels reversed; a pixel is `size` neighbouring values. */
function mirrored(images: Float32Array, width: number, size: number): Float32Array {
  const out = new Float32Array(images.length);
  const row = width * size;
  for (let start = 0; start < images.length; start += row) {
    for (let x = 0, to = start + row - size; x < row; x += size, to -= size) {
      for (let c = 0; c < size; c++) out[to + c] = images[start + x + c]!;
    }
  }
  return out;
}
