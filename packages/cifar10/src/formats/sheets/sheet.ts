import { reasonOf } from '@cifarlab/internals/reasons';
import { Cifar10Error } from '../../errors.js';
import { NUM_CLASSES, PLANE_SIZE, RECORD_SIZE } from '../../records.js';

/** A sheet has one image per row: width 1024, column = y * 32 + x. */
const SHEET_WIDTH = PLANE_SIZE;

/** Greatest height of a sheet, so that six of them stay within what an archive may hold. */
const MAX_SHEET_HEIGHT = 50_000;

/**
 * Greatest ratio of deflate's compression: a file that is smaller than its pixels by more does not hold such a picture.
 */
const MOST_COMPRESSION = 1032;

/** A published sheet has a few thousand chunks. */
const MOST_CHUNKS = 100_000;

/** Sixteen bytes for each label of five sheets. */
const LONGEST_LABELS = 16 * 5 * MAX_SHEET_HEIGHT;

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Returns the number of images on a sheet, from its PNG header alone.
 *
 * @throws {Cifar10Error} `MALFORMED` unless it is an 8-bit RGB PNG, not interlaced, 1024 pixels wide, and large enough for
 *   the rows it claims: nothing has been unpacked by then.
 */
export function sheetCount(png: Uint8Array, file: string): number {
  const header = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (header.length < 33 || !header.subarray(0, 8).equals(PNG_SIGNATURE)) throw malformed(file, 'it is no PNG');
  const width = header.readUInt32BE(16);
  const height = header.readUInt32BE(20);
  const [depth, colour, , , interlace] = header.subarray(24, 29);
  if (width !== SHEET_WIDTH || height < 1 || height > MAX_SHEET_HEIGHT) {
    throw malformed(file, `it is ${width} x ${height} pixels, expected ${SHEET_WIDTH} x the number of images`);
  }
  if (depth !== 8 || colour !== 2 || interlace !== 0) throw malformed(file, 'it is not a plain 8-bit RGB PNG');
  if ((height * (3 * width + 1)) / MOST_COMPRESSION > png.length) {
    throw malformed(file, `its ${png.length} bytes are too few for the ${height} rows it claims`);
  }
  checkChunks(header, file);
  return height;
}

/** The decoder keeps every chunk, so that a file of nothing but their headers would take many times its size. */
function checkChunks(png: Buffer, file: string): void {
  let count = 0;
  for (let at = PNG_SIGNATURE.length; at + 8 <= png.length; at += 12 + png.readUInt32BE(at)) {
    if (++count > MOST_CHUNKS) throw malformed(file, `it has more than ${MOST_CHUNKS} chunks`);
  }
}

/**
 * Decodes a sheet into records, without touching their label bytes.
 *
 * @param records room for {@link sheetCount} records.
 * @throws {Cifar10Error} `MALFORMED` for a broken PNG.
 */
export async function writeSheet(png: Uint8Array, file: string, records: Uint8Array): Promise<void> {
  // Few users have sheets; the others need not wait for the decoder.
  const { PNG } = await import('pngjs');
  let rgba: Uint8Array;
  try {
    rgba = PNG.sync.read(Buffer.from(png.buffer, png.byteOffset, png.byteLength)).data;
  } catch (error) {
    throw malformed(file, reasonOf(error), error);
  }
  const count = records.length / RECORD_SIZE;
  if (rgba.length !== count * SHEET_WIDTH * 4) throw malformed(file, 'its pixels are incomplete');
  for (let i = 0, source = 0; i < count; i++) {
    const red = i * RECORD_SIZE + 1;
    for (let p = 0; p < PLANE_SIZE; p++, source += 4) {
      records[red + p] = rgba[source]!;
      records[red + p + PLANE_SIZE] = rgba[source + 1]!;
      records[red + p + 2 * PLANE_SIZE] = rgba[source + 2]!;
    }
  }
}

/**
 * Reads a list of labels, a JSON array of numbers.
 *
 * @throws {Cifar10Error} `MALFORMED` for anything else.
 */
export function readSheetLabels(json: Uint8Array, file: string): Uint8Array {
  if (json.length > LONGEST_LABELS) {
    throw malformed(file, `${json.length} bytes of labels, expected at most ${LONGEST_LABELS}`);
  }
  let labels: unknown;
  try {
    // A byte order mark is left out.
    labels = JSON.parse(new TextDecoder().decode(json));
  } catch (error) {
    throw malformed(file, reasonOf(error), error);
  }
  const isLabel = (n: unknown) => typeof n === 'number' && Number.isInteger(n) && n >= 0 && n < NUM_CLASSES;
  if (!Array.isArray(labels) || !labels.every(isLabel)) {
    throw malformed(file, `it is not a JSON array of whole numbers from 0 to ${NUM_CLASSES - 1}`);
  }
  return Uint8Array.from(labels as number[]);
}

function malformed(file: string, what: string, cause?: unknown): Cifar10Error {
  return new Cifar10Error('MALFORMED', `${file}: not a CIFAR-10 sheet (${what}). Fetch the data again.`, { cause });
}
