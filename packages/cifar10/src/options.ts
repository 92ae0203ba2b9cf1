import type { RandomState } from '@cifarlab/numpy-random';
import type { FindOptions } from './sources/find-data.js';
import type { AugmentOptions } from './splits/augmentation.js';
import type { BatchOrderName } from './splits/batch-order.js';
import type { ChannelStatistics } from './splits/preprocessing.js';

/** How images are split, prepared and put into batches; all may be left out. */
export interface SplitOptions {
  /** Number of the first training images that form the validation set instead, 0 to all. Default: 0. */
  readonly validationSize?: number | undefined;
  /** One-hot labels (`[n, 10]`; as many as there are classes, for data of one's own), or class numbers (`[n]`). Default: true. */
  readonly oneHot?: boolean | undefined;
  /**
   * Standardise per channel instead of subtracting the mean image: by CIFAR-10's statistics, or by others, such as those
   * that a network was trained with before. Default: false.
   */
  readonly standardize?: boolean | ChannelStatistics | undefined;
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

/** Options of {@link loadCifar10}; all may be left out. */
export interface Cifar10Options extends FindOptions, SplitOptions {}
