import { Cifar10Error } from '../errors.js';
import { IMAGE_SIZE, PLANE_SIZE } from '../records.js';

/** Means of CIFAR-10's red, green and blue values in 0..1. */
export const CHANNEL_MEANS: readonly number[] = Object.freeze([0.49139968, 0.48215841, 0.44653091]);
/** Standard deviations of CIFAR-10's red, green and blue values in 0..1. */
export const CHANNEL_DEVIATIONS: readonly number[] = Object.freeze([0.24703223, 0.24348513, 0.26158784]);

/**
 * How pixels become network inputs.
 *
 * - `mean-image` (the practical's): `x = pixel - mean image`, pixels 0..255, in float32, never divided by 255.
 * - `standardize`: `x = (pixel / 255 - mean[c]) / deviation[c]`, per channel.
 */
export type Preprocessing =
  | { readonly kind: 'mean-image'; readonly meanImage: Float32Array }
  | { readonly kind: 'standardize'; readonly means: readonly number[]; readonly deviations: readonly number[] };

/** Writes one image, 3072 CHW bytes starting at `bytes[from]`, preprocessed to `out[to...]`. */
export type WriteImage = (bytes: Uint8Array, from: number, out: Float32Array, to: number) => void;

/** Writers for both layouts: `chw` for `[n, 3, 32, 32]`, `hwc` for `[n, 32, 32, 3]`. */
export function imageWriters(preprocessing: Preprocessing): { chw: WriteImage; hwc: WriteImage } {
  return preprocessing.kind === 'mean-image' ? meanImageWriters(preprocessing.meanImage) : tableWriters(preprocessing);
}

/**
 * Preprocesses one image.
 *
 * @param chw 3072 bytes: red plane, green plane, blue plane, 0..255.
 * @returns 3072 floats in the same layout.
 * @throws {Cifar10Error} `INVALID_OPTION` unless there are 3072 bytes.
 */
export function preprocessImage(chw: Uint8Array, preprocessing: Preprocessing): Float32Array {
  if (chw.length !== IMAGE_SIZE) {
    throw new Cifar10Error(
      'INVALID_OPTION',
      `An image of ${chw.length} bytes: expected ${IMAGE_SIZE} (3 colour planes of 32 x 32). Resize it first.`,
    );
  }
  const out = new Float32Array(IMAGE_SIZE);
  imageWriters(preprocessing).chw(chw, 0, out, 0);
  return out;
}

/** Storing into a Float32Array rounds the exact difference once, as NumPy's float32 subtraction does. */
function meanImageWriters(meanImage: Float32Array): { chw: WriteImage; hwc: WriteImage } {
  return {
    chw(bytes, from, out, to) {
      // Four at a time over views of the image take half the time of the plain loop.
      const pixels = bytes.subarray(from, from + IMAGE_SIZE);
      const x = out.subarray(to, to + IMAGE_SIZE);
      for (let j = 0; j < IMAGE_SIZE; j += 4) {
        x[j] = pixels[j]! - meanImage[j]!;
        x[j + 1] = pixels[j + 1]! - meanImage[j + 1]!;
        x[j + 2] = pixels[j + 2]! - meanImage[j + 2]!;
        x[j + 3] = pixels[j + 3]! - meanImage[j + 3]!;
      }
    },
    hwc(bytes, from, out, to) {
      for (let p = 0; p < PLANE_SIZE; p++, to += 3) {
        out[to] = bytes[from + p]! - meanImage[p]!;
        out[to + 1] = bytes[from + p + PLANE_SIZE]! - meanImage[p + PLANE_SIZE]!;
        out[to + 2] = bytes[from + p + 2 * PLANE_SIZE]! - meanImage[p + 2 * PLANE_SIZE]!;
      }
    },
  };
}

/** A channel has 256 values only, so that standardising is a look-up. */
function tableWriters({ means, deviations }: { means: readonly number[]; deviations: readonly number[] }) {
  const tables = means.map((mean, channel) =>
    Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / deviations[channel]!),
  );
  const chw: WriteImage = (bytes, from, out, to) => {
    for (const table of tables) {
      for (let p = 0; p < PLANE_SIZE; p++) {
        out[to++] = table[bytes[from++]!]!;
      }
    }
  };
  const hwc: WriteImage = (bytes, from, out, to) => {
    const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
    for (let p = 0; p < PLANE_SIZE; p++, to += 3) {
      out[to] = red[bytes[from + p]!]!;
      out[to + 1] = green[bytes[from + p + PLANE_SIZE]!]!;
      out[to + 2] = blue[bytes[from + p + 2 * PLANE_SIZE]!]!;
    }
  };
  return { chw, hwc };
}
