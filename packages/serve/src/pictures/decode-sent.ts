import { decodePicture, type PictureFormat, RunError } from '@cifarlab/experiment';
import { RequestError } from '../http/request-error.js';
import { isPictureFile, type SentPicture } from './sent-picture.js';

/** Limits of a picture. */
export interface SentRule {
  /** Side that it is scaled to, in pixels. */
  side: number;
  maxPixels: number;
  maxSeconds: number;
}

/** Formats that browsers make and show. Others, SVG say, are programs rather than pictures. */
const formats: readonly PictureFormat[] = ['PNG', 'JPEG', 'WebP'];

/**
 * Decodes a picture that was sent.
 *
 * @returns bytes [side, side, 3].
 * @throws RequestError: `not-a-picture` or `unfit-picture`.
 */
export async function decodeSent(
  { name, content, isRaw }: SentPicture,
  { side, ...limits }: SentRule,
): Promise<Uint8Array> {
  if (isRaw) return content;
  try {
    const { pixels } = await decodePicture(content, side, { ...limits, formats });
    return channelsLast(pixels);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const code = isPictureFile(content) ? 'unfit-picture' : 'not-a-picture';
    throw new RequestError(code, `${name} ${error.rule}${error.remedy === undefined ? '' : `; ${error.remedy}`}`);
  }
}

function channelsLast(chw: Uint8Array): Uint8Array {
  const plane = chw.length / 3;
  const rgb = new Uint8Array(chw.length);
  for (let pixel = 0; pixel < plane; pixel++) {
    for (let channel = 0; channel < 3; channel++) rgb[3 * pixel + channel] = chw[channel * plane + pixel]!;
  }
  return rgb;
}
