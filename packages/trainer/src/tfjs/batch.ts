import { show } from '@cifarlab/internals/show';

/** Examples and their labels as flat arrays, such as the batches that `@cifarlab/cifar10`'s `nextBatchNhwc` gives. */
export interface TfjsBatch {
  /** The inputs of n examples, in the layout that the model takes. */
  readonly images: Float32Array;
  /** The shape of `images`: [n, ...], such as [n, 32, 32, 3] or [n, 3072]. */
  readonly shape: readonly number[];
  /** Targets, [n, classes]: one-hot, or others that add up to 1 for each example. */
  readonly labels: Float32Array;
}

/**
 * Returns the number of examples.
 *
 * @throws TypeError unless `images` is a Float32Array; RangeError unless it fills the shape, with one example or more.
 */
export function countExamples(images: Float32Array, shape: readonly number[]): number {
  if (!(images instanceof Float32Array)) throw new TypeError(`images must be a Float32Array; got ${show(images)}.`);
  const size = shape.reduce((product, length) => product * length, 1);
  const count = shape[0];
  if (count === undefined || count < 1 || size !== images.length) {
    throw new RangeError(
      `images have ${images.length} values and shape [${shape.join(', ')}]: give [n, ...] with n of 1 or more and as many values as that makes.`,
    );
  }
  return count;
}
