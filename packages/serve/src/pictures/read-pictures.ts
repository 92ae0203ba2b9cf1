import { RequestError } from '../http/request-error.js';
import { isPictureFile, type SentPicture } from './sent-picture.js';

/** Limits of a request. */
export interface PicturesRule {
  /** Side of the network's pictures, in pixels. */
  side: number;
  /** Most pictures. */
  maxPictures: number;
}

/** Types that are taken, for the header `Accept-Post`. */
const ACCEPTED = 'image/png, image/jpeg, image/webp, application/octet-stream, multipart/form-data';

const HOW =
  'send a PNG, JPEG or WebP file, several of them as multipart/form-data, or raw pixels as application/octet-stream';

/**
 * Reads the pictures of a request; they are not decoded yet.
 *
 * @param type of the body, as its sender says. What a file is its first bytes say.
 * @throws RequestError: `bad-request`, `not-a-picture` or `too-large`.
 */
export async function readPictures(
  body: Buffer,
  type: string | undefined,
  { side, maxPictures }: PicturesRule,
): Promise<SentPicture[]> {
  if (body.length === 0) throw new RequestError('bad-request', `the body is empty; ${HOW}`);
  const name = (type ?? '').split(';')[0]!.trim().toLowerCase();
  const pictures = name === 'multipart/form-data' ? await parts(body, type!) : one(body, name, side);
  if (pictures.length === 0) throw new RequestError('bad-request', `there is no file in the form; ${HOW}`);
  if (pictures.length > maxPictures) {
    const rule = `a request may have ${maxPictures} pictures, and this one has ${pictures.length}`;
    throw new RequestError('too-large', `${rule}; send the others in another one`);
  }
  return pictures;
}

/** The type that curl gives a body unless it is told another. */
const UNSAID = ['', 'application/x-www-form-urlencoded'];

function one(body: Buffer, type: string, side: number): SentPicture[] {
  const isUnsaid = UNSAID.includes(type);
  const isBytes = type === 'application/octet-stream';
  if (!isUnsaid && !isBytes && !type.startsWith('image/')) {
    throw new RequestError('not-a-picture', `a body of the type ${type} is not taken; ${HOW}`, {
      'Accept-Post': ACCEPTED,
    });
  }
  if (isBytes && !isPictureFile(body)) return rawPictures(body, side);
  return [{ name: 'picture', content: body, isRaw: false }];
}

function rawPictures(body: Buffer, side: number): SentPicture[] {
  const size = 3 * side * side;
  if (body.length % size !== 0) {
    const rule = `${body.length} bytes are neither a PNG, JPEG or WebP file nor raw pixels, ${size} bytes for each picture`;
    throw new RequestError('not-a-picture', `${rule}: ${side} rows of ${side} pixels, each red, green, blue`);
  }
  return Array.from({ length: body.length / size }, (_, i) => {
    return { name: `${i}`, content: body.subarray(i * size, (i + 1) * size), isRaw: true };
  });
}

/** The files of a form. */
async function parts(body: Buffer, type: string): Promise<SentPicture[]> {
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'Content-Type': type } }).formData();
  } catch {
    throw new RequestError('bad-request', `the body is not the form that its type says; ${HOW}`);
  }
  const files = [...form.values()].filter((value) => typeof value !== 'string');
  return Promise.all(
    files.map(async (file) => ({ name: file.name, content: new Uint8Array(await file.arrayBuffer()), isRaw: false })),
  );
}
