import { type Cifar10Description, describeCifar10, descriptionLines } from '@cifarlab/cifar10';
import { formatDuration } from '@cifarlab/internals/format';
import { textTable } from '@cifarlab/internals/text-table';
import type { Dataset } from '../images/dataset.js';
import type { Pictures } from '../images/load-pictures.js';
import type { SkippedPicture } from '../images/skipped-picture.js';
import { loadImages } from './dataset.js';
import type { DataEvent } from './events.js';
import type { DataChoice } from './options.js';

/** Description of a folder of pictures of one's own, as plain JSON. */
export interface PicturesDescription
  extends Pick<Dataset['source'], 'origin' | 'form' | 'verified'>,
    Pick<Cifar10Description, 'from' | 'contentDigest' | 'classNames' | 'counts' | 'classCounts' | 'seconds'> {
  /** Side of the squares that they are scaled to, in pixels. */
  readonly side: number;
  /** Files and folders that were left out, and why. */
  readonly skipped: readonly SkippedPicture[];
}

/** Options of {@link describeImages}. */
export interface DescribeImagesOptions {
  /** Source of the images. Default: the cache, else a download. */
  data?: DataChoice | undefined;
  /** Is told how they are found. */
  onEvent?: ((event: DataEvent) => void) | undefined;
  /** Ends the work; what it was aborted with is thrown. */
  signal?: AbortSignal | undefined;
}

/** Side that pictures of one's own are described at, as most networks take them. */
const SIDE = 32;

/**
 * Loads CIFAR-10, or pictures of one's own, and describes them: where they are from, how many of each class, what is left
 * out.
 *
 * @throws as `trainRun` where images are not available.
 */
export async function describeImages({
  data = {},
  onEvent = () => {},
  signal,
}: DescribeImagesOptions = {}): Promise<Cifar10Description | PicturesDescription> {
  const started = performance.now();
  const images = await loadImages(data, { format: { standardize: false, pictureSide: SIDE }, signal }, onEvent);
  if (!('skipped' in images)) return describeCifar10(images);
  return describePictures(images, data.dataDir!, (performance.now() - started) / 1000);
}

function describePictures(images: Pictures, from: string, seconds: number): PicturesDescription {
  const { train, validation, test, classNames, source, contentDigest, skipped } = images;
  return {
    ...{ ...source, from, seconds, contentDigest, classNames, side: SIDE, skipped },
    counts: { train: train.numExamples, validation: validation.numExamples, test: test.numExamples },
    classCounts: { train: train.classCounts(), validation: validation.classCounts(), test: test.classCounts() },
  };
}

/** Returns a description of images in lines. */
export function imageLines(description: Cifar10Description | PicturesDescription): string[] {
  if (!('skipped' in description)) return descriptionLines(description);
  const { origin, form, from, seconds, side, contentDigest, counts, classCounts, classNames, skipped } = description;
  return [
    `source   ${origin}: ${from} (${form}), ${formatDuration(seconds)}`,
    `scaled   to ${side}x${side} pixels, whole, by Lanczos 3`,
    `digest   ${contentDigest}`,
    `images   ${counts.train} for training, ${counts.test} for testing`,
    ...textTable(
      classNames.map((name, index) => [`  ${name}`, `${classCounts.train[index]} + ${classCounts.test[index]}`]),
    ),
    `left out ${skipped.length === 0 ? 'nothing' : skipped.length}`,
    ...skipped.map(({ file, reason }) => `  ${file} ${reason}`),
  ];
}
