import { createHash } from 'node:crypto';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { cifar10CacheDir, type LabelledImages, type SplitOptions, splitImages } from '@cifarlab/cifar10';
import { formatBytes } from '@cifarlab/internals/format';
import { KeptFiles } from '../cache/kept-files.js';
import type { Progress } from '../networks/progress.js';
import { named, sentence } from '../settings/sentence.js';
import type { Dataset } from './dataset.js';
import { decodeFiles } from './decode-files.js';
import { type DigestedFile, digestFiles, withoutDuplicates } from './digested-files.js';
import type { PictureFiles } from './picture-files.js';
import { type SkippedPicture, skippedLines } from './skipped-picture.js';
import { unfitPictures } from './unfit-pictures.js';

/** Options for reading pictures. */
export interface LoadPicturesOptions extends SplitOptions {
  /** Side of the squares that they are scaled to, in pixels. */
  side: number;
  /** Folder for what is kept between runs. Default: the dataset's cache folder. */
  cacheDir?: string | undefined;
  signal?: AbortSignal | undefined;
  tell: (progress: Progress) => void;
}

/** Pictures of one's own, with what was left out of their folder. */
export interface Pictures extends Dataset {
  /** Files and folders that were left out, and why. */
  readonly skipped: readonly SkippedPicture[];
}

/** The form of the files, as a run records it. */
const PICTURES_FORM = 'pictures in a folder for each class';

/** The part of this machine's memory that pictures may take. */
const MEMORY_SHARE = 0.5;

/** So many files take long enough to look through to say how far it is. */
const MANY = 2000;

/** Bytes that the cache of decoded pictures may have. */
const MOST_CACHED = 8 * 2 ** 30;

/** Pictures whose pixels are in memory: a record for each of their files, those for training first. */
interface PictureRecords {
  records: Uint8Array;
  trainCount: number;
  skipped: readonly SkippedPicture[];
}

/**
 * Reads the pictures of one's own, scaled to squares of a side, and keeps them in memory. A cache has them decoded the next
 * time. Files that cannot be read, and training pictures that are test pictures too, are left out.
 *
 * @param path of their folder.
 * @throws RunError, `unfit-pictures`, when there are more than memory has room for, or a class is left without a picture;
 *   what `signal` was aborted with.
 */
export async function loadPictures(
  path: string,
  { classNames, ...found }: PictureFiles,
  { side, cacheDir, signal, tell, ...options }: LoadPicturesOptions,
): Promise<Pictures> {
  const size = 1 + 3 * side * side;
  const { train, test, skipped: differing } = await distinctFiles(path, found, { signal, tell });
  requireRoom(path, train.length + test.length, size, side);
  const cache = new KeptFiles({
    folder: join(cifar10CacheDir(cacheDir), 'pictures'),
    name: 'pictures',
    onWarning: (message) => tell({ phase: 'warning', message }),
  });
  const read = await readRecords(train, test, { path, side, cache, signal, tell });
  await cache.prune(MOST_CACHED);
  const skipped = [...found.skipped, ...differing, ...read.skipped].sort((a, b) => (a.file < b.file ? -1 : 1));
  for (const line of skippedLines(skipped)) tell({ phase: 'warning', message: line });
  const { records, trainCount } = read;
  requireClasses(path, classNames, { labels: labelsOf(records, size), trainCount, skipped });
  const images: LabelledImages = {
    ...{ records, side, trainCount, classNames },
    meanImage: meanImage(records.subarray(0, trainCount * size), size),
  };
  return {
    ...splitImages(images, options),
    source: { origin: 'given', form: PICTURES_FORM, verified: false },
    contentDigest: digestOf(images),
    skipped,
  };
}

/** Digests all files; training pictures that are test pictures too are left out. */
async function distinctFiles(
  path: string,
  found: Pick<PictureFiles, 'train' | 'test'>,
  { signal, tell }: Pick<LoadPicturesOptions, 'signal' | 'tell'>,
) {
  const total = found.train.length + found.test.length;
  let done = 0;
  const onFile = () => {
    signal?.throwIfAborted();
    done += 1;
    if (total >= MANY) tell({ phase: 'compute', message: 'looking through pictures :', done, total });
  };
  const test = await digestFiles(path, found.test, onFile);
  const all = await digestFiles(path, found.train, onFile);
  const train = withoutDuplicates(all.files, test.files);
  return { train: train.files, test: test.files, skipped: [...test.skipped, ...all.skipped, ...train.skipped] };
}

function requireRoom(path: string, count: number, size: number, side: number): void {
  const most = MEMORY_SHARE * totalmem();
  if (count * size <= most) return;
  throw unfitPictures(
    path,
    `has ${count} pictures, which take ${formatBytes(count * size)} at ${side}x${side} pixels, and there is room for ${formatBytes(most)}`,
    sentence`use a smaller ${named('resolution')}, or a part of the pictures`,
  );
}

/** Puts the label and the pixels of each file into its record; there is none of a file that cannot be read. */
async function readRecords(
  train: readonly DigestedFile[],
  test: readonly DigestedFile[],
  { tell, ...options }: Pick<LoadPicturesOptions, 'side' | 'signal' | 'tell'> & { path: string; cache: KeptFiles },
): Promise<PictureRecords> {
  const size = 1 + 3 * options.side * options.side;
  const files = [...train, ...test];
  const records = new Uint8Array(files.length * size);
  const places = new Map<string, number[]>();
  for (const [index, { digest, label }] of files.entries()) {
    records[index * size] = label;
    const others = places.get(digest);
    if (others === undefined) places.set(digest, [index]);
    else others.push(index);
  }
  const put = (digest: string, pixels: Uint8Array) => {
    for (const index of places.get(digest)!) records.set(pixels, index * size + 1);
  };
  const onDecoded = (done: number, total: number) =>
    tell({ phase: 'compute', message: 'decoding pictures :', done, total });
  const unreadable = await decodeFiles(files, put, { ...options, onDecoded });

  const skipped: SkippedPicture[] = [];
  let kept = 0;
  let trainCount = 0;
  for (const [index, { file, digest }] of files.entries()) {
    const reason = unreadable.get(digest);
    if (reason !== undefined) skipped.push({ file, cause: 'content', reason });
    else {
      records.copyWithin(kept * size, index * size, (index + 1) * size);
      kept += 1;
      if (index < train.length) trainCount += 1;
    }
  }
  return { records: records.subarray(0, kept * size), trainCount, skipped };
}

/** @throws RunError, `unfit-pictures`, when no picture of a class is left to train on, or none to test with. */
function requireClasses(
  path: string,
  classNames: readonly string[],
  { labels, trainCount, skipped }: { labels: Uint8Array } & Pick<PictureRecords, 'trainCount' | 'skipped'>,
): void {
  const [because] = skipped.filter(({ cause }) => cause === 'content' || cause === 'duplicate');
  const why = because === undefined ? '' : ` (${because.file} ${because.reason})`;
  const trained = new Set(labels.subarray(0, trainCount));
  const missing = classNames.find((_, label) => !trained.has(label));
  if (missing !== undefined) {
    const rule = `has no picture of ${JSON.stringify(missing)} that can be trained on${why}`;
    throw unfitPictures(path, rule, 'replace those that are left out, or take the folder away');
  }
  if (labels.length > trainCount) return;
  throw unfitPictures(path, `has no picture that can be tested with${why}`, 'replace those that are left out');
}

function labelsOf(records: Uint8Array, size: number): Uint8Array {
  return Uint8Array.from({ length: records.length / size }, (_, index) => records[index * size]!);
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
