import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { RunError } from '../run/run-error.js';

/**
 * Largest file that is read: no picture of a camera is larger, and a larger one would take the memory of the training.
 */
const MOST_BYTES = 512 * 2 ** 20;

const ascii =
  (text: string, at = 0) =>
  (head: Buffer) =>
    head.toString('latin1', at, at + text.length) === text;
const brand =
  (...brands: string[]) =>
  (head: Buffer) =>
    ascii('ftyp', 4)(head) && brands.includes(head.toString('latin1', 8, 12));

/** Format of a picture that can be read. */
export type PictureFormat = 'PNG' | 'JPEG' | 'WebP' | 'GIF' | 'TIFF' | 'AVIF' | 'SVG';

const readable: Readonly<Record<PictureFormat, (head: Buffer) => boolean>> = {
  PNG: ascii('\x89PNG\r\n\x1a\n'),
  JPEG: ascii('\xff\xd8\xff'),
  WebP: (head) => ascii('RIFF')(head) && ascii('WEBP', 8)(head),
  GIF: ascii('GIF8'),
  TIFF: (head) => ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((start) => ascii(start)(head)),
  AVIF: brand('avif', 'avis'),
  SVG: (head) => /<svg[\s>]/.test(head.toString('utf8')),
};

/** Formats of pictures that can be read. */
export const pictureFormats = Object.keys(readable) as PictureFormat[];

/** Kinds of files that are not read: [test of the first bytes, name of the kind, remedy]. */
const others: readonly (readonly [(head: Buffer) => boolean, string, string])[] = [
  [brand('heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'), 'a HEIC picture', 'export it as JPEG or PNG'],
  [(head) => ascii('ftyp', 4)(head), 'a video', 'save one of its frames as PNG'],
  [ascii('\x1aE\xdf\xa3'), 'a video', 'save one of its frames as PNG'],
  [ascii('BM'), 'a BMP picture', 'save it as PNG'],
  [ascii('\0\0\x01\0'), 'an icon (ICO)', 'save it as PNG'],
  [ascii('8BPS'), 'a Photoshop file', 'export it as PNG'],
  [ascii('\0\0\0\x0cJXL '), 'a JPEG XL picture', 'save it as JPEG or PNG'],
  [ascii('\xff\x0a'), 'a JPEG XL picture', 'save it as JPEG or PNG'],
  [ascii('\0\0\0\x0cjP  '), 'a JPEG 2000 picture', 'save it as JPEG or PNG'],
  [ascii('%PDF'), 'a PDF document', 'export the page or the picture as PNG'],
  [ascii('PK\x03\x04'), 'a ZIP archive', 'unpack it and give the pictures'],
  [ascii('\x1f\x8b'), 'a gzip archive', 'unpack it and give the pictures'],
  [ascii('7z\xbc\xaf\x27\x1c'), 'a 7z archive', 'unpack it and give the pictures'],
  [ascii('Rar!'), 'a RAR archive', 'unpack it and give the pictures'],
  [ascii('\x93NUMPY'), 'a NumPy array', 'save the picture as PNG'],
  [
    ascii('version https://git-lfs'),
    'a pointer of Git LFS in place of the picture',
    'fetch the picture (git lfs pull)',
  ],
  [(head) => /^P[1-7]\s/.test(head.toString('latin1')), 'a picture of the Netpbm formats', 'save it as PNG'],
  [(head) => /^\s*<(!doctype html|html)/i.test(head.toString('utf8')), 'a web page', 'download the picture itself'],
  [isText, 'a text', 'give a PNG or JPEG file'],
];

const unknown = [undefined, 'in no format known here', 'give a PNG or JPEG file'] as const;

/**
 * Reads the file of a picture; its pixels are not looked at.
 *
 * @throws RunError, `not-a-picture`, that names what the path is, unless it is a file of a known picture format; system
 *   errors when it cannot be read.
 */
export async function readPictureFile(path: string): Promise<Buffer> {
  if (path.trim() === '') throw fault('the name of a picture', 'is empty', 'give the path of a PNG or JPEG file');
  if (/^[a-z]+:\/\//i.test(path)) {
    throw fault(path, 'is an address, not a file', 'download the picture first and give its path');
  }
  // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const entry = await handle.stat();
    if (entry.isDirectory()) {
      throw fault(
        path,
        'is a folder where a file is expected',
        `give the pictures in it one by one, or as ${path}/*.png`,
      );
    }
    if (!entry.isFile()) {
      throw fault(path, 'is a pipe or a device, not a file', 'save the picture to a file first');
    }
    if (entry.size === 0) {
      throw fault(path, unreadable('it is empty'), 'copy or download it again, or give a PNG or JPEG file');
    }
    if (entry.size > MOST_BYTES) {
      const size = Math.round(entry.size / 2 ** 20);
      throw fault(path, `has ${size} MiB, and a picture may have ${MOST_BYTES / 2 ** 20}`, 'make it smaller');
    }
    const head = Buffer.alloc(Math.min(entry.size, 1024));
    await handle.read(head, 0, head.length, 0);
    requirePicture(path, head);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** @throws RunError, `not-a-picture`, for the start of a file that is of none of these formats. */
export function requirePicture(path: string, head: Buffer, formats: readonly PictureFormat[] = pictureFormats): void {
  const format = pictureFormats.find((name) => readable[name](head));
  if (format !== undefined && formats.includes(format)) return;
  if (format !== undefined) {
    throw fault(path, `is a ${format} picture, and these are taken: ${formats.join(', ')}`, `save it as ${formats[0]}`);
  }
  const [, name, remedy] = others.find(([fits]) => fits(head)) ?? unknown;
  throw fault(path, unreadable(`it is ${name}`), remedy);
}

function isText(head: Buffer): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what a text does not have.
  return !/[\0-\x08\x0e-\x1f\ufffd]/.test(head.toString('utf8').slice(0, -4));
}

function unreadable(reason: string): string {
  return `cannot be read as an image (${reason})`;
}

function fault(place: string, rule: string, remedy: string): RunError {
  return new RunError({ code: 'not-a-picture', place, rule, remedy });
}
