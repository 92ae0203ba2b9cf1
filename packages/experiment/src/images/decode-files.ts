import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptFiles } from '../cache/kept-files.js';
import { decodeContent, decoderVersions } from '../pictures/decode-picture.js';
import { type DigestedFile, reasonToSkip, sha256 } from './digested-files.js';
import { unfitPictures } from './unfit-pictures.js';

/** Options of {@link decodeFiles}. */
export interface DecodeOptions {
  /** Folder of the pictures. */
  path: string;
  /** Side of the squares that they are scaled to, in pixels. */
  side: number;
  /** Pictures that were decoded before. */
  cache: KeptFiles;
  signal?: AbortSignal | undefined;
  /** Is told how many are decoded, and of how many, when some of them are not in the cache. */
  onDecoded: (done: number, total: number) => void;
}

/** Pictures that are decoded at a time; each may take 600 MB while it is. */
const AT_A_TIME = 2;

/** Most pictures in a file of the cache, on average: an added picture has so many others decoded again. */
const BATCH = 512;

/** Bytes of the pixels in a file of the cache, on average. */
const BATCH_BYTES = 64 * 2 ** 20;

/** Room in a file of the cache for the reasons why pictures cannot be read. */
const REASON_BYTES = 2 ** 20;

/** Pictures that are kept together, each once, in the order of their digests. */
interface Batch {
  key: string;
  files: readonly DigestedFile[];
}

/** Why pictures of a batch cannot be read, by their places in it. */
type Unreadable = Record<number, string>;

/**
 * Decodes pictures, or takes their pixels from the cache, which knows them by their content: wherever they lie, whatever
 * their names, and however many more there are by now. What is decoded by the time of an abort is kept.
 *
 * @param put is given the pixels of each picture, CHW, by the digest of its file.
 * @returns why pictures cannot be read, by the digests of their files.
 * @throws RunError, `unfit-pictures`, when a file is changed meanwhile; what `signal` was aborted with.
 */
export async function decodeFiles(
  files: readonly DigestedFile[],
  put: (digest: string, pixels: Uint8Array) => void,
  options: DecodeOptions,
): Promise<Map<string, string>> {
  const { side, cache, signal, onDecoded } = options;
  const size = 3 * side * side;
  const unreadable = new Map<string, string>();
  let done = 0;
  for (const { key, files: inBatch } of await batchesOf(files, side)) {
    signal?.throwIfAborted();
    const bytes = inBatch.length * size;
    let kept = await cache.read(key, [bytes, bytes + REASON_BYTES]);
    if (kept === undefined) {
      kept = await decodeBatch(inBatch, { ...options, onDecoded: (count) => onDecoded(done + count, files.length) });
      if (kept.length <= bytes + REASON_BYTES) await cache.write(key, kept);
    }
    const reasons = JSON.parse(kept.toString('utf8', bytes)) as Unreadable;
    for (const [index, { digest }] of inBatch.entries()) {
      const reason = reasons[index];
      if (reason === undefined) put(digest, kept.subarray(index * size, (index + 1) * size));
      else unreadable.set(digest, reason);
    }
    done += inBatch.length;
  }
  return unreadable;
}

/** Divides pictures by the first bits of their digests, so that one more is in one more batch only. */
async function batchesOf(files: readonly DigestedFile[], side: number): Promise<Batch[]> {
  const distinct = [...new Map(files.map((file) => [file.digest, file])).values()];
  const inEach = Math.min(BATCH, BATCH_BYTES / (3 * side * side));
  const count = 2 ** Math.max(0, Math.ceil(Math.log2(distinct.length / inEach)));
  const versions = JSON.stringify(await decoderVersions());
  const batches = new Map<number, DigestedFile[]>();
  for (const file of distinct.sort((a, b) => (a.digest < b.digest ? -1 : 1))) {
    const number = Number.parseInt(file.digest.slice(0, 8), 16) % count;
    const inBatch = batches.get(number);
    if (inBatch === undefined) batches.set(number, [file]);
    else inBatch.push(file);
  }
  return [...batches.values()].map((inBatch) => {
    const hash = createHash('sha256').update(`pictures of side ${side}, whole, by lanczos3, ${versions}\n`);
    for (const { digest } of inBatch) hash.update(digest);
    return { key: hash.digest('hex'), files: inBatch };
  });
}

/** Decodes the pictures of a batch. @returns their pixels, one after the other, and what cannot be read, as JSON. */
async function decodeBatch(
  files: readonly DigestedFile[],
  { path, side, signal, onDecoded }: Omit<DecodeOptions, 'cache'>,
): Promise<Buffer> {
  const size = 3 * side * side;
  const pixels = Buffer.alloc(files.length * size);
  const reasons: Unreadable = {};
  let next = 0;
  let done = 0;
  const decodeSome = async () => {
    while (next < files.length) {
      const index = next++;
      const { file, digest } = files[index]!;
      signal?.throwIfAborted();
      const content = await readFile(join(path, file));
      if (sha256(content) !== digest) {
        throw unfitPictures(path, `has a picture that is being changed (${file})`, 'try again when it is complete');
      }
      try {
        pixels.set(await decodeContent(content, file, side), index * size);
      } catch (error) {
        reasons[index] = reasonToSkip(error);
      }
      onDecoded(++done, files.length);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, decodeSome));
  return Buffer.concat([pixels, Buffer.from(JSON.stringify(reasons))]);
}
