import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { CliError } from './errors.js';

/**
 * Reads a PNG or JPEG (or any other format sharp knows) as CIFAR-10 stores its images.
 *
 * EXIF orientation is applied, transparency is laid on white, grey becomes RGB, and the picture is scaled to 32x32
 * without keeping its aspect ratio, so that nothing of it is cut off.
 *
 * @returns 3072 bytes, CHW: 1024 red, 1024 green, 1024 blue, each row by row.
 * @throws CliError when the file is no image; system errors when it cannot be read.
 */
export async function decodeImage(path: string): Promise<Uint8Array> {
  const file = await readFile(path);
  let pixels: Buffer;
  try {
    pixels = await sharp(file)
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .resize(32, 32, { fit: 'fill' })
      .raw()
      .toBuffer();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path} cannot be read as an image (${reason}); give a PNG or JPEG file`);
  }
  return channelsFirst(pixels);
}

function channelsFirst(rgb: Uint8Array): Uint8Array {
  const chw = new Uint8Array(3072);
  for (let pixel = 0; pixel < 1024; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) chw[channel * 1024 + pixel] = rgb[pixel * 3 + channel]!;
  }
  return chw;
}
