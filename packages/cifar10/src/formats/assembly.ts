import { webcrypto } from 'node:crypto';
import { Cifar10Error } from '../errors.js';
import {
  BATCH_NAMES,
  type BatchDigests,
  type BatchName,
  CLASS_NAMES,
  IMAGE_SIZE,
  PUBLISHED_BATCH_COUNT,
  RECORD_SIZE,
  TRAINING_BATCHES,
} from '../records.js';
import { addPixelSums, meanOfSums } from './mean-image.js';

/** One batch of a loaded data set. */
export interface BatchReport {
  /** `data_batch_1` to `data_batch_5`, or `test_batch`. */
  readonly name: BatchName;
  /** Number of images. */
  readonly count: number;
  /** SHA-256 of the batch as records (label byte, then 3072 CHW bytes, per image), in hex. */
  readonly sha256: string;
  /** Whether `sha256` is that of the published batch. */
  readonly verified: boolean;
}

/** All images, decoded: training batches in order, then the test batch. */
export interface RawCifar10 {
  /** Records of 3073 bytes: label, red plane, green plane, blue plane. */
  readonly records: Uint8Array;
  readonly trainCount: number;
  readonly testCount: number;
  /** Mean of all training images, float32, 3072 values, CHW. */
  readonly meanImage: Float32Array;
  readonly batches: readonly BatchReport[];
  /** The name of each class, indexed by label. */
  readonly classNames: readonly string[];
}

/** Digests in flight at once; each holds a copy of its batch. */
const DIGESTS_IN_FLIGHT = 2;

/**
 * Puts batches together as they arrive, in any order. Published batches go straight to their place in one buffer of
 * 184 MB; digests run on another thread while the next batch is read and its pixels are summed.
 */
export class Assembly {
  #whole: Uint8Array | undefined;
  readonly #parts = new Map<BatchName, Uint8Array>();
  readonly #largestLabels = new Map<BatchName, { label: number; file: string }>();
  readonly #digests = new Map<BatchName, Promise<string>>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #pixelSums = new Uint32Array(IMAGE_SIZE);

  /** Returns whether this batch has been put in already. */
  has(name: BatchName): boolean {
    return this.#parts.has(name);
  }

  /** Returns the batches not there yet, in order. */
  missing(): BatchName[] {
    return BATCH_NAMES.filter((name) => !this.#parts.has(name));
  }

  /** Room for `count` records of a batch, to be filled and then {@link seal}ed. */
  room(name: BatchName, count: number): Uint8Array {
    if (count !== PUBLISHED_BATCH_COUNT) return new Uint8Array(count * RECORD_SIZE);
    this.#whole ??= new Uint8Array(BATCH_NAMES.length * PUBLISHED_BATCH_COUNT * RECORD_SIZE);
    const batchSize = PUBLISHED_BATCH_COUNT * RECORD_SIZE;
    const start = BATCH_NAMES.indexOf(name) * batchSize;
    return this.#whole.subarray(start, start + batchSize);
  }

  /**
   * Takes a filled batch: starts its digest, adds its pixels to the mean.
   *
   * @param records what {@link room} gave.
   * @param file where it came from, for error messages.
   * @throws {Cifar10Error} `MALFORMED` for no image at all.
   */
  async seal(name: BatchName, records: Uint8Array, file: string): Promise<void> {
    if (records.length === 0) {
      throw new Cifar10Error('MALFORMED', `${file}: a batch without images. Every batch needs at least one.`);
    }
    let label = 0;
    for (let r = 0; r < records.length; r += RECORD_SIZE) {
      if (records[r]! > label) label = records[r]!;
    }
    this.#largestLabels.set(name, { label, file });
    while (this.#running.size >= DIGESTS_IN_FLIGHT) {
      await Promise.race(this.#running);
    }
    const digest = sha256(records);
    const slot = digest.finally(() => this.#running.delete(slot));
    this.#running.add(slot);
    this.#digests.set(name, digest);
    this.#parts.set(name, records);
    if (name !== 'test_batch') addPixelSums(this.#pixelSums, records);
  }

  /**
   * Returns the whole data set, once all six batches are in.
   *
   * @param expected the digests to compare with.
   * @param ownClassNames reads the names that came with the images; asked only when these are not the published ones,
   *   whose names are known. Left out, they are {@link CLASS_NAMES}.
   * @throws {Cifar10Error} `MALFORMED` for a label that has no name; what `ownClassNames` throws.
   */
  async finish(expected: BatchDigests, ownClassNames?: () => readonly string[]): Promise<RawCifar10> {
    const batches: BatchReport[] = [];
    for (const name of BATCH_NAMES) {
      const sha = await this.#digests.get(name)!;
      const count = this.#parts.get(name)!.length / RECORD_SIZE;
      batches.push({ name, count, sha256: sha, verified: sha === expected[name] });
    }
    const classNames = ownClassNames && !batches.every(({ verified }) => verified) ? ownClassNames() : CLASS_NAMES;
    this.#checkLabels(classNames.length);
    const trainCount = batches.slice(0, TRAINING_BATCHES).reduce((sum, { count }) => sum + count, 0);
    return {
      records: this.#records(),
      trainCount,
      testCount: batches[TRAINING_BATCHES]!.count,
      meanImage: meanOfSums(this.#pixelSums, trainCount),
      batches,
      classNames,
    };
  }

  #checkLabels(numClasses: number): void {
    for (const [name, { label, file }] of this.#largestLabels) {
      if (label < numClasses) continue;
      const records = this.#parts.get(name)!;
      let r = 0;
      while (records[r]! < numClasses) r += RECORD_SIZE;
      throw new Cifar10Error(
        'MALFORMED',
        `${file}: label ${records[r]} of image ${r / RECORD_SIZE}: expected 0 to ${numClasses - 1}. Fetch the file again, or leave the data folder out to download the data; for images of your own, name each class in batches.meta.txt (binary) or batches.meta (python).`,
      );
    }
  }

  #records(): Uint8Array {
    const parts = BATCH_NAMES.map((name) => this.#parts.get(name)!);
    const whole = this.#whole;
    if (whole !== undefined && parts.every((part) => part.buffer === whole.buffer)) return whole;
    return new Uint8Array(Buffer.concat(parts));
  }
}

/**
 * Demands the published content.
 *
 * @param where the source, for the message.
 * @throws {Cifar10Error} `DIGEST_MISMATCH`, naming the first batch that differs, both digests and the remedy.
 */
export function requireVerified(raw: RawCifar10, expected: BatchDigests, where: string): void {
  const wrong = raw.batches.find((batch) => !batch.verified);
  if (wrong !== undefined) {
    throw new Cifar10Error(
      'DIGEST_MISMATCH',
      `${where}: ${wrong.name} is not the published batch: SHA-256 of its ${wrong.count} records is ${wrong.sha256}, expected ${expected[wrong.name]}. Fetch the data again, or allow unverified data (allowUnverified) if it is your own.`,
    );
  }
}

async function sha256(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
