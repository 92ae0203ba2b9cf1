import sharp from 'sharp';
import { CliError } from './errors.js';
import { readImageFile } from './image-file.js';

/**
 * The most pixels of a picture: those of the largest cameras. A file of some kilobytes can hold thousands of times as
 * many, and to decode it would take all memory.
 */
const MOST_PIXELS = 200_000_000;

/**
 * Reads a picture (PNG, JPEG, WebP, GIF, TIFF, AVIF or SVG) as CIFAR-10 stores its images.
 *
 * EXIF orientation and an embedded colour profile are applied, transparency is laid on white, grey becomes RGB, 16 bits
 * become 8, and the picture is scaled to 32x32 without keeping its aspect ratio, so that nothing of it is cut off. Of an
 * animation the first frame is taken.
 *
 * @returns 3072 bytes, CHW: 1024 red, 1024 green, 1024 blue, each row by row.
 * @throws CliError that says what the path is instead of a picture, or what is wrong with it, and what to do; system
 *   errors when it cannot be read.
 */
export async function decodeImage(path: string): Promise<Uint8Array> {
  const file = await readImageFile(path);
  let pixels: Buffer;
  try {
    pixels = await sharp(file, { limitInputPixels: MOST_PIXELS })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .resize(32, 32, { fit: 'fill' })
      .raw()
      .toBuffer();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.includes('exceeds pixel limit')) {
      throw new CliError(
        `${path} has more than ${MOST_PIXELS / 1e6} million pixels; make it smaller with an image editor`,
      );
    }
    throw new CliError(
      `${path} cannot be read as an image (it is cut off or damaged: ${lastLine(reason)}); copy or download it again`,
    );
  }
  return channelsFirst(pixels);
}

/** The libraries below report what they tried first, a line each. */
function lastLine(reason: string): string {
  return (reason.trim().split('\n').at(-1) ?? reason).trim();
}

function channelsFirst(rgb: Uint8Array): Uint8Array {
  const chw = new Uint8Array(3072);
  for (let pixel = 0; pixel < 1024; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) chw[channel * 1024 + pixel] = rgb[pixel * 3 + channel]!;
  }
  return chw;
}
