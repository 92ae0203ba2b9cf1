import type { DataSet } from '@cifarlab/cifar10';
import type { Batches, ClassedTfjsBatch } from '../batches.js';

/** The features of a split's images, each [images, width], row-major. */
export interface SplitFeatures {
  plain: Float32Array;
  /** Features of the mirror images, where batches have them. */
  mirrored?: Float32Array;
}

/** Images in a batch of an evaluation. */
const EVALUATED = 1000;

/** Makes batches of [n, width], of features that are known. */
export function featureBatches(
  features: ReadonlyMap<DataSet, SplitFeatures>,
  width: number,
): Batches<ClassedTfjsBatch> {
  const rowOf = (from: Float32Array, index: number) => from.subarray(index * width, (index + 1) * width);
  return {
    next(split, size) {
      const { plain, mirrored } = features.get(split)!;
      const { indices, flipped, labels, classes } = split.nextExamples(size);
      const images = new Float32Array(indices.length * width);
      indices.forEach((index, i) => {
        images.set(rowOf(flipped[i] ? mirrored! : plain, index), i * width);
      });
      return { images, shape: [indices.length, width], labels, classes };
    },
    *every(split) {
      const { plain } = features.get(split)!;
      let first = 0;
      for (const { labels, classes } of split.examples(EVALUATED)) {
        const end = first + classes.length;
        yield {
          images: plain.slice(first * width, end * width),
          shape: [classes.length, width],
          labels,
          classes,
        };
        first = end;
      }
    },
  };
}
