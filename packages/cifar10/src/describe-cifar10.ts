import type { Cifar10, Cifar10Source } from './load-cifar10.js';

/** Description of a loaded data set, as plain JSON. */
export interface Cifar10Description extends Cifar10Source {
  /** As in `Cifar10`: tells the images and labels apart from others. */
  readonly contentDigest: string;
  /** The classes' names, indexed by class number. */
  readonly classNames: readonly string[];
  /** Number of examples per split. */
  readonly counts: Readonly<Record<'train' | 'validation' | 'test', number>>;
  /** Number of examples per split and class, indexed by class number. */
  readonly classCounts: Readonly<Record<'train' | 'validation' | 'test', readonly number[]>>;
}

/** Describes a loaded data set: its source, the digests of its batches, its sizes, its examples per class. */
export function describeCifar10({
  train,
  validation,
  test,
  classNames,
  source,
  contentDigest,
}: Cifar10): Cifar10Description {
  return {
    ...source,
    contentDigest,
    classNames,
    counts: { train: train.numExamples, validation: validation.numExamples, test: test.numExamples },
    classCounts: { train: train.classCounts(), validation: validation.classCounts(), test: test.classCounts() },
  };
}
