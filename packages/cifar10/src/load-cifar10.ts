import { RandomState } from '@cifarlab/numpy-random';
import type { BatchReport } from './assembly.js';
import { Augmentation, type AugmentOptions } from './augmentation.js';
import { type BatchOrderName, CourseOrder, EpochOrder } from './batch-order.js';
import { checkOptionKinds } from './check-options.js';
import { contentDigest } from './content-digest.js';
import { DataSet } from './data-set.js';
import { Cifar10Error, type SourceAttempt } from './errors.js';
import { type FindOptions, findData } from './find-data.js';
import { RECORD_SIZE } from './format.js';
import type { SourceForm } from './given.js';
import { type Origins, PUBLISHED_ORIGINS } from './origins.js';
import { CHANNEL_DEVIATIONS, CHANNEL_MEANS, type Preprocessing } from './preprocessing.js';
import type { SourceOrigin } from './progress.js';

/** Streams of random numbers for the `epoch` order of each split, beside the seed and the epoch. */
export const EPOCH_ORDER_STREAMS = Object.freeze({ train: 100, validation: 101, test: 102 });

/** Stream of random numbers for the augmentation of training batches, beside the seed and the number of the batch. */
export const AUGMENTATION_STREAM = 110;

/** Options of {@link loadCifar10}; all may be left out. */
export interface Cifar10Options extends FindOptions {
  /** How many of the first training images form the validation set instead, 0 to all. Default: 0. */
  readonly validationSize?: number | undefined;
  /** One-hot labels (`[n, 10]`; as many as there are classes, for data of one's own), or class numbers (`[n]`). Default: true. */
  readonly oneHot?: boolean | undefined;
  /** Standardise per channel instead of subtracting the mean image. Default: false. */
  readonly standardize?: boolean | undefined;
  /** The order of `nextBatch`. Default: `course`. */
  readonly batchOrder?: BatchOrderName | undefined;
  /**
   * `course`: the generator that shuffles, the one the weights were drawn from. Default: a new one from `seed`, which
   * the result hands out as `rng`.
   */
  readonly rng?: RandomState | undefined;
  /**
   * Vary the pictures of the training split's `nextBatch` and `nextBatchNhwc`; `true` is `{ flip: true, crop: 4 }`.
   * Neither the order of the batches nor `rng` change with it. Default: false.
   */
  readonly augment?: AugmentOptions | boolean | undefined;
  /** Seed of the `epoch` order, of augmentation and of the default `rng`, 0 to 2^32 - 1. Default: 42. */
  readonly seed?: number | undefined;
}

/** How the images were come by. */
export interface Cifar10Source {
  /** The kind of source. */
  readonly origin: SourceOrigin;
  /** What was read there: pickles, binary files, PNG sheets, or the cache file. */
  readonly form: SourceForm;
  /** Folder, file, address or package they were read from. */
  readonly from: string;
  /** The cache file read or written, if any. */
  readonly cacheFile: string | undefined;
  /** Whether all six batches are the published ones. */
  readonly verified: boolean;
  /** The six batches: five of training, one of test. */
  readonly batches: readonly BatchReport[];
  /** What was tried before, and why it was not used. */
  readonly attempts: readonly SourceAttempt[];
  /** Seconds it took to find, decode and verify them. */
  readonly seconds: number;
}

/** CIFAR-10, split and ready for training. */
export interface Cifar10 {
  /** The training images that are not held out for validation. */
  readonly train: DataSet;
  /** The first `validationSize` training images; empty by default. */
  readonly validation: DataSet;
  /** The test images: 10,000 of CIFAR-10. */
  readonly test: DataSet;
  /** The classes' names, indexed by class number: CIFAR-10's ten, or those that came with data of one's own. */
  readonly classNames: readonly string[];
  /** Mean of all training images before the validation split: float32, 3072 values (CHW), 0..255. */
  readonly meanImage: Float32Array;
  /** What `images` have been through; what new images must go through before a trained network sees them. */
  readonly preprocessing: Preprocessing;
  /** The generator of the `course` order, shared by the three splits. */
  readonly rng: RandomState;
  /** Where it came from, and whether it is the published data set. */
  readonly source: Cifar10Source;
  /**
   * SHA-256, in hex, of the digests of all six batches: the same for the same images and labels, whatever their source,
   * form and splits.
   */
  readonly contentDigest: string;
}

/**
 * Loads CIFAR-10 as the practical's `get_cifar10` does: float32 pixels 0..255 minus the mean image of all training
 * images, one-hot labels, the first `validationSize` training images as validation set.
 *
 * @throws {Cifar10Error} with a `code` to branch on; see `Cifar10ErrorCode`.
 */
export async function loadCifar10(options: Cifar10Options = {}): Promise<Cifar10> {
  return loadFrom(options, PUBLISHED_ORIGINS);
}

/** {@link loadCifar10} with other places to find the data, and other content to expect. */
export async function loadFrom(options: Cifar10Options, origins: Origins): Promise<Cifar10> {
  checkOptionKinds(options);
  const { validationSize = 0, oneHot = true, standardize = false, batchOrder = 'course', seed = 42 } = options;
  checkOptions(validationSize, batchOrder, seed);
  const augmentation = options.augment ? new Augmentation(options.augment, seed, AUGMENTATION_STREAM) : undefined;
  const started = performance.now();
  const { raw, ...found } = await findData(options, origins);
  const seconds = (performance.now() - started) / 1000;
  if (validationSize > raw.trainCount) {
    throw validationSizeError(validationSize, raw.trainCount);
  }

  const preprocessing: Preprocessing = standardize
    ? { kind: 'standardize', means: CHANNEL_MEANS, deviations: CHANNEL_DEVIATIONS }
    : { kind: 'mean-image', meanImage: raw.meanImage };
  const rng = options.rng ?? new RandomState(seed);
  const split = (
    name: keyof typeof EPOCH_ORDER_STREAMS,
    first: number,
    end: number,
    augmentation?: Augmentation,
  ): DataSet =>
    new DataSet({
      records: raw.records.subarray(first * RECORD_SIZE, end * RECORD_SIZE),
      preprocessing,
      order:
        batchOrder === 'course'
          ? new CourseOrder(end - first, rng)
          : new EpochOrder(end - first, seed, EPOCH_ORDER_STREAMS[name]),
      oneHot,
      numClasses: raw.classNames.length,
      augmentation,
    });
  return {
    train: split('train', validationSize, raw.trainCount, augmentation),
    validation: split('validation', 0, validationSize),
    test: split('test', raw.trainCount, raw.trainCount + raw.testCount),
    classNames: raw.classNames,
    meanImage: raw.meanImage,
    preprocessing,
    rng,
    source: { ...found, verified: raw.batches.every((batch) => batch.verified), batches: raw.batches, seconds },
    contentDigest: contentDigest(raw.batches),
  };
}

function checkOptions(validationSize: number, batchOrder: string, seed: number): void {
  if (!Number.isInteger(validationSize) || validationSize < 0) {
    throw validationSizeError(validationSize, 50_000);
  }
  if (batchOrder !== 'course' && batchOrder !== 'epoch') {
    throw new Cifar10Error(
      'INVALID_OPTION',
      `Batch order ${JSON.stringify(batchOrder)}: expected "course" or "epoch".`,
    );
  }
  if (seed >>> 0 !== seed) {
    throw new Cifar10Error('INVALID_OPTION', `Seed ${seed}: expected a whole number from 0 to 4294967295.`);
  }
}

function validationSizeError(received: number, largest: number): Cifar10Error {
  return new Cifar10Error(
    'INVALID_OPTION',
    `Validation size should be a whole number between 0 and ${largest}. Received: ${received}.`,
  );
}
