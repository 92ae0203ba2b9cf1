import { formatDuration } from '@cifarlab/internals/format';
import { textTable } from '@cifarlab/internals/text-table';
import type { Cifar10Description } from './describe-cifar10.js';

/** Returns what there is to say about a loaded data set in lines: its source, its batches, its examples per class. */
export function descriptionLines(description: Cifar10Description): string[] {
  const { origin, form, from, verified, batches, seconds, cacheFile, contentDigest } = description;
  const { counts, classCounts, classNames } = description;
  return [
    `source   ${origin}: ${from} (${form}), ${formatDuration(seconds)}`,
    ...(cacheFile ? [`cache    ${cacheFile}`] : []),
    `verified ${verified ? 'yes: all digests are the published ones' : 'no: these are not the published images'}`,
    ...batches.map(
      ({ name, count, sha256 }) => `  ${name.padEnd(12)} ${String(count).padStart(6)} images  sha256 ${sha256}`,
    ),
    `digest   ${contentDigest}`,
    `images   ${counts.train} for training, ${counts.test} for testing`,
    ...textTable(
      classNames.map((name, index) => [`  ${name}`, `${classCounts.train[index]} + ${classCounts.test[index]}`]),
    ),
  ];
}
