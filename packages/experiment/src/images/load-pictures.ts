import { createHash } from 'node:crypto';
import { totalmem } from 'node:os';
import { type LabelledImages, type SplitOptions, splitImages } from '@cifarlab/cifar10';
import { formatBytes } from '@cifarlab/internals/format';
import type { Progress } from '../networks/progress.js';
import { decodePicture } from '../pictures/decode-picture.js';
import { RunError } from '../run/run-error.js';
import { named, sentence } from '../settings/sentence.js';
import type { Dataset } from './dataset.js';
import type { LabelledFile, PictureFiles } from './picture-files.js';

/** Options for reading pictures. */
export interface LoadPicturesOptions extends SplitOptions {
  /** Side of the squares that they are scaled to, in pixels. */
  side: number;
  signal?: AbortSignal | undefined;
  tell: (progress: Progress) => void;
}

/** Pictures that are decoded at a time; each may take 600 MB while it is. */
const AT_A_TIME = 2;

/** The part of this machine's memory that pictures may take. */
const MEMORY_SHARE = 0.5;

/**
 * Reads the pictures of one's own, scaled to squares of a side, and keeps them in memory.
 *
 * @param path of their folder, for messages.
 * @throws RunError, `unfit-pictures`, when there are more than memory has room for; `not-a-picture` for one that cannot be
 *   read; what `signal` was aborted with.
 */
export async function loadPictures(
  path: string,
  { classNames, train, test, others }: PictureFiles,
  { side, signal, tell, ...options }: LoadPicturesOptions,
): Promise<Dataset> {
  if (others.length > 0) {
    const some = others.length === 1 ? 'a file is' : `${others.length} files are`;
    tell({ phase: 'warning', message: `${some} left out, not named like a picture: ${others.slice(0, 3).join(', ')}` });
  }
  const files = [...train, ...test];
  const size = 1 + 3 * side * side;
  requireRoom(path, files.length, size, side);
  const records = new Uint8Array(files.length * size);
  await readAll(files, { records, side, signal, tell });
  const images: LabelledImages = {
    ...{ records, side, trainCount: train.length, classNames },
    meanImage: meanImage(records.subarray(0, train.length * size), size),
  };
  return {
    ...splitImages(images, options),
    source: { origin: 'given', form: 'pictures in a folder for each class', verified: false },
    contentDigest: digestOf(images),
  };
}

function requireRoom(path: string, count: number, size: number, side: number): void {
  const most = MEMORY_SHARE * totalmem();
  if (count * size <= most) return;
  throw new RunError({
    code: 'unfit-pictures',
    rule: sentence`${named('dataDir', path)} has ${count} pictures, which take ${formatBytes(count * size)} at ${side}x${side} pixels, and there is room for ${formatBytes(most)}`,
    remedy: sentence`use a smaller ${named('resolution')}, or a part of the pictures`,
  });
}

/** Puts the label and the pixels of each file into its record. */
async function readAll(
  files: readonly LabelledFile[],
  { records, side, signal, tell }: Pick<LoadPicturesOptions, 'side' | 'signal' | 'tell'> & { records: Uint8Array },
): Promise<void> {
  const size = 1 + 3 * side * side;
  let next = 0;
  let done = 0;
  const readSome = async () => {
    while (next < files.length) {
      const index = next++;
      const { file, label } = files[index]!;
      signal?.throwIfAborted();
      const { pixels } = await decodePicture(file, side);
      records[index * size] = label;
      records.set(pixels, index * size + 1);
      tell({ phase: 'compute', message: 'reading pictures :', done: ++done, total: files.length });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, readSome));
}

function meanImage(records: Uint8Array, size: number): Float32Array {
  const sums = new Float64Array(size - 1);
  const count = records.length / size;
  for (let first = 1; first < records.length; first += size) {
    for (let j = 0; j < sums.length; j++) sums[j]! += records[first + j]!;
  }
  return Float32Array.from(sums, (sum) => sum / count);
}

function digestOf({ records, side, trainCount, classNames }: LabelledImages): string {
  const what = JSON.stringify({ side, trainCount, classNames });
  return createHash('sha256').update(`${what}\n`).update(records).digest('hex');
}
