import { RandomState } from '@cifarlab/numpy-random';
import { Cifar10Error } from '../errors.js';
import type { SplitOptions } from '../options.js';
import { IMAGE_SIDE, recordSize } from '../records.js';
import { Augmentation } from './augmentation.js';
import { CourseOrder, EpochOrder } from './batch-order.js';
import { DataSet } from './data-set.js';
import { CHANNEL_DEVIATIONS, CHANNEL_MEANS, type ChannelStatistics, type Preprocessing } from './preprocessing.js';

/** Streams of random numbers for the `epoch` order of each split, beside the seed and the epoch. */
export const EPOCH_ORDER_STREAMS = Object.freeze({ train: 100, validation: 101, test: 102 });

/** Stream of random numbers for the augmentation of training batches, beside the seed and the number of the batch. */
export const AUGMENTATION_STREAM = 110;

/** Images with their labels, training images first. */
export interface LabelledImages {
  /** A record for each image: a byte with its label, then its pixels, CHW. */
  readonly records: Uint8Array;
  /** Side of an image, in pixels. Default: 32. */
  readonly side?: number | undefined;
  /** Number of training images; the others are test images. */
  readonly trainCount: number;
  /** Indexed by label. */
  readonly classNames: readonly string[];
  /** Mean of all training images: float32, CHW, 0..255. */
  readonly meanImage: Float32Array;
}

/** Images in splits, ready for training. */
export interface ImageSplits {
  /** The training images that are not held out for validation. */
  readonly train: DataSet;
  /** The first `validationSize` training images; empty by default. */
  readonly validation: DataSet;
  /** The test images: 10,000 of CIFAR-10. */
  readonly test: DataSet;
  /** The classes' names, indexed by class number: CIFAR-10's ten, or those that came with data of one's own. */
  readonly classNames: readonly string[];
  /** Mean of all training images before the validation split: float32, 3072 values (CHW) of CIFAR-10, 0..255. */
  readonly meanImage: Float32Array;
  /** Preprocessing of `images`, which new images must go through as well before a trained network sees them. */
  readonly preprocessing: Preprocessing;
  /** The generator of the `course` order, shared by the three splits. */
  readonly rng: RandomState;
}

/**
 * Splits images of one's own, of any side, as `loadCifar10` splits CIFAR-10's.
 *
 * @throws {Cifar10Error} `INVALID_OPTION`.
 */
export function splitImages(images: LabelledImages, options: SplitOptions = {}): ImageSplits {
  const { validationSize = 0, oneHot = true, standardize = false, batchOrder = 'course', seed = 42 } = options;
  const { records, side = IMAGE_SIDE, trainCount, classNames, meanImage } = images;
  checkSplitOptions(options, side);
  if (validationSize > trainCount) throw validationSizeError(validationSize, trainCount);
  const preprocessing: Preprocessing = standardize
    ? { kind: 'standardize', ...(standardize === true ? CIFAR10_STATISTICS : standardize) }
    : { kind: 'mean-image', meanImage };
  const rng = options.rng ?? new RandomState(seed);
  const augmentation = augmentationOf(options, side);
  const split = (name: keyof typeof EPOCH_ORDER_STREAMS, first: number, end: number): DataSet =>
    new DataSet({
      records: records.subarray(first * recordSize(side), end * recordSize(side)),
      side,
      preprocessing,
      order:
        batchOrder === 'course'
          ? new CourseOrder(end - first, rng)
          : new EpochOrder(end - first, seed, EPOCH_ORDER_STREAMS[name]),
      oneHot,
      numClasses: classNames.length,
      augmentation: name === 'train' ? augmentation : undefined,
    });
  return {
    train: split('train', validationSize, trainCount),
    validation: split('validation', 0, validationSize),
    test: split('test', trainCount, records.length / recordSize(side)),
    classNames,
    meanImage,
    preprocessing,
    rng,
  };
}

const CIFAR10_STATISTICS: ChannelStatistics = { means: CHANNEL_MEANS, deviations: CHANNEL_DEVIATIONS };

/** Checks all that does not depend on the number of the images. @throws {Cifar10Error} `INVALID_OPTION`. */
export function checkSplitOptions(options: SplitOptions, side = IMAGE_SIDE): void {
  const { augment } = options;
  const { validationSize = 0, batchOrder = 'course', seed = 42, standardize = false } = options;
  if (!Number.isInteger(validationSize) || validationSize < 0) throw validationSizeError(validationSize, 50_000);
  if (batchOrder !== 'course' && batchOrder !== 'epoch') {
    throw new Cifar10Error(
      'INVALID_OPTION',
      `Batch order ${JSON.stringify(batchOrder)}: expected "course" or "epoch".`,
    );
  }
  if (seed >>> 0 !== seed) {
    throw new Cifar10Error('INVALID_OPTION', `Seed ${seed}: expected a whole number from 0 to 4294967295.`);
  }
  if (typeof standardize !== 'boolean') checkStatistics(standardize);
  augmentationOf(options, side);
  if (typeof augment === 'object' && augment.flip === 'alternate' && batchOrder !== 'epoch') {
    throw new Cifar10Error(
      'INVALID_OPTION',
      'Augmentation flip "alternate": expected the batch order "epoch", in which every epoch has every picture once.',
    );
  }
}

function augmentationOf({ augment, seed = 42 }: SplitOptions, side: number): Augmentation | undefined {
  return augment ? new Augmentation(augment, seed, AUGMENTATION_STREAM, side) : undefined;
}

function checkStatistics({ means, deviations }: ChannelStatistics): void {
  const three = (values: readonly number[], holds: (value: number) => boolean) =>
    Array.isArray(values) && values.length === 3 && values.every((value) => Number.isFinite(value) && holds(value));
  if (three(means, () => true) && three(deviations, (value) => value > 0)) return;
  throw new Cifar10Error(
    'INVALID_OPTION',
    `Statistics ${JSON.stringify({ means, deviations })}: expected three means and three deviations above 0.`,
  );
}

function validationSizeError(received: number, largest: number): Cifar10Error {
  return new Cifar10Error(
    'INVALID_OPTION',
    `Validation size should be a whole number between 0 and ${largest}. Received: ${received}.`,
  );
}
