import { RunError } from '../run/run-error.js';
import { type PictureFormat, pictureFormats, readPictureFile, requirePicture } from './picture-file.js';

/** A picture as CIFAR-10 stores its images. */
export interface Picture {
  /** Its name in messages: its path. */
  name: string;
  /** Bytes, CHW: of a side of 32, 1024 red, 1024 green, 1024 blue, each row by row. */
  pixels: Uint8Array;
}

/**
 * The most pixels of a picture: those of the largest cameras. A file of some kilobytes can hold thousands of times as
 * many, and to decode it would take all memory.
 */
const MOST_PIXELS = 200_000_000;

/** Limits for a picture that is decoded. */
export interface DecodeOptions {
  /** The most pixels of the picture. Default: 200 million. */
  maxPixels?: number;
  /** Formats that are taken, where the source is the content of a file. Default: all that can be read. */
  formats?: readonly PictureFormat[];
  /** Seconds after which decoding is given up. Default: never. */
  maxSeconds?: number;
}

/**
 * Reads a picture (PNG, JPEG, WebP, GIF, TIFF, AVIF or SVG) as CIFAR-10 stores its images.
 *
 * EXIF orientation and an embedded colour profile are applied, transparency is laid on white, grey becomes RGB, 16 bits
 * become 8, and the picture is scaled to a square by Lanczos 3, without keeping its aspect ratio, so that nothing of it is
 * cut off. Of an animation the first frame is taken.
 *
 * @param source the path of its file, or the file's content.
 * @param side of the square that it is scaled to, in pixels. Default: 32, as CIFAR-10's.
 * @throws RunError, `not-a-picture`, that says what it is instead, or what is wrong with it, and what to do; system errors
 *   when a file cannot be read.
 */
export async function decodePicture(
  source: string | Uint8Array,
  side = 32,
  { formats = pictureFormats, ...limits }: DecodeOptions = {},
): Promise<Picture> {
  const name = typeof source === 'string' ? source : 'the picture';
  const file = await contentOf(source, name, formats);
  return { name, pixels: await decodeContent(file, name, side, limits) };
}

/**
 * Decodes the content of a picture's file, whatever its format.
 *
 * @param name for messages.
 * @param side of the square that it is scaled to, in pixels.
 * @returns bytes, CHW.
 * @throws RunError, `not-a-picture`.
 */
export async function decodeContent(
  file: Uint8Array,
  name: string,
  side: number,
  { maxPixels = MOST_PIXELS, maxSeconds = 0 }: Omit<DecodeOptions, 'formats'> = {},
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  let pixels: Buffer;
  try {
    pixels = await sharp(file, { limitInputPixels: maxPixels })
      .timeout({ seconds: maxSeconds })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .resize(side, side, { fit: 'fill', kernel: 'lanczos3' })
      .raw()
      .toBuffer();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const fault = { code: 'not-a-picture', place: name } as const;
    if (reason.includes('exceeds pixel limit')) {
      const rule = `has more than ${maxPixels / 1e6} million pixels`;
      throw new RunError({ ...fault, rule, remedy: 'make it smaller with an image editor' });
    }
    const [, what, remedy] = causes.find(([said]) => reason.includes(said)) ?? [];
    if (what !== undefined) {
      throw new RunError({ ...fault, rule: `cannot be read as an image (${what})`, ...(remedy && { remedy }) });
    }
    const rule = `cannot be read as an image (it is cut off or damaged: ${lastLine(reason)})`;
    throw new RunError({ ...fault, rule, remedy: 'copy or download it again' });
  }
  return channelsFirst(pixels);
}

/** Returns the versions of what decodes pictures: with others, pixels may differ. */
export async function decoderVersions(): Promise<object> {
  return (await loadSharp()).versions;
}

/** Loads sharp when it is first needed. */
async function loadSharp(): Promise<typeof import('sharp').default> {
  const loaded = await import('sharp');
  // `require`, which the CommonJS build has in place of `import`, puts no namespace around it.
  return loaded.default ?? loaded;
}

async function contentOf(
  source: string | Uint8Array,
  name: string,
  formats: readonly PictureFormat[],
): Promise<Uint8Array> {
  if (typeof source === 'string') return readPictureFile(source);
  requirePicture(name, Buffer.from(source.subarray(0, 1024)), formats);
  return source;
}

/** Errors of sharp about a picture as a whole: [sharp's words, their meaning, the remedy]. */
const causes: readonly (readonly [string, string, string])[] = [
  [
    'unsupported image format',
    'it is cut off or damaged, or of a kind of its format that is not read',
    'copy or download it again, or save it as PNG',
  ],
  ['timeout:', 'decoding it takes too long', 'make it smaller with an image editor'],
  ['bad dimensions', 'it has no size of its own', 'export it as PNG'],
];

/** Returns the last line of a reason: the libraries below first report their other attempts, a line each. */
function lastLine(reason: string): string {
  return (reason.trim().split('\n').at(-1) ?? reason).trim();
}

function channelsFirst(rgb: Uint8Array): Uint8Array {
  const plane = rgb.length / 3;
  const chw = new Uint8Array(rgb.length);
  for (let pixel = 0; pixel < plane; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) chw[channel * plane + pixel] = rgb[pixel * 3 + channel]!;
  }
  return chw;
}
