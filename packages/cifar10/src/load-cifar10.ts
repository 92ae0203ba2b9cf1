import { checkOptionKinds } from './check-options.js';
import type { SourceAttempt } from './errors.js';
import type { BatchReport } from './formats/assembly.js';
import { contentDigest } from './formats/content-digest.js';
import type { Cifar10Options } from './options.js';
import type { SourceOrigin } from './progress.js';
import { findData } from './sources/find-data.js';
import { type Origins, PUBLISHED_ORIGINS } from './sources/origins.js';
import type { SourceForm } from './sources/source.js';
import { checkSplitOptions, type ImageSplits, splitImages } from './splits/split-images.js';

/** Origin of the images. */
export interface Cifar10Source {
  /** The kind of source. */
  readonly origin: SourceOrigin;
  /** Form of the data there: pickles, binary files, PNG sheets, or the cache file. */
  readonly form: SourceForm;
  /** Folder, file, address or package they were read from. */
  readonly from: string;
  /** The cache file read or written, if any. */
  readonly cacheFile: string | undefined;
  /** Whether all six batches are the published ones. */
  readonly verified: boolean;
  /** The six batches: five of training, one of test. */
  readonly batches: readonly BatchReport[];
  /** Sources tried before, and why each was not used. */
  readonly attempts: readonly SourceAttempt[];
  /** Seconds it took to find, decode and verify them. */
  readonly seconds: number;
}

/** CIFAR-10, split and ready for training. */
export interface Cifar10 extends ImageSplits {
  /** Origin of the data, and whether it is the published data set. */
  readonly source: Cifar10Source;
  /**
   * SHA-256, in hex, of the digests of all six batches: the same for the same images and labels, regardless of their
   * source, form and splits.
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
  checkSplitOptions(options);
  const started = performance.now();
  const { raw, ...found } = await findData(options, origins);
  const seconds = (performance.now() - started) / 1000;
  return {
    ...splitImages(raw, options),
    source: { ...found, verified: raw.batches.every((batch) => batch.verified), batches: raw.batches, seconds },
    contentDigest: contentDigest(raw.batches),
  };
}
