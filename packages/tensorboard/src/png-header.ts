import { invalid } from './error.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Samples of a pixel by PNG's colour types; those of a palette are RGB. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };
/** Signature, length and type of the first chunk, width, height, depth, colour type. */
const LEAST = 26;

/** Size in pixels, and samples of a pixel. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
}

/** Reads the header of a PNG (ISO/IEC 15948). @throws EventFileError, `invalid`, for other bytes. */
export function pngHeader(png: Uint8Array): PngHeader {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const isPng = png.length >= LEAST && SIGNATURE.every((byte, i) => png[i] === byte);
  const samples = isPng ? SAMPLES[png[25]!] : undefined;
  if (samples === undefined) {
    throw invalid(`an image of ${png.length} bytes is not a PNG: give the bytes of a PNG file`);
  }
  return { width: view.getUint32(16), height: view.getUint32(20), samples };
}
