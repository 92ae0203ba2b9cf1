import type { DataSet } from '@cifarlab/cifar10';

/** What a network makes of a batch; the sums are over its `count` images. */
export interface ClassifiedBatch {
  count: number;
  /** Sum of the cross-entropies, in nats. */
  loss: number;
  correct: number;
  /** The class that each image was taken for; the number of classes where an output is NaN. */
  predicted: ArrayLike<number>;
  /** Of the classes for each image, [count, classes], row-major. */
  probabilities: Float32Array;
  /** The class of each image. */
  classes: ArrayLike<number>;
}

/** A trained network in evaluation mode, whatever it computes with. */
export interface Network {
  /**
   * Every image of a split once, in file order.
   *
   * @param options.mirror the logits are averaged over each image and its mirror image.
   * @throws UsageError where the network has no averaging.
   */
  classify(split: DataSet, options: { mirror: boolean }): Iterable<ClassifiedBatch>;
  /** The probabilities of the classes for one preprocessed image, [3, 32, 32]. */
  predict(image: Float32Array): ArrayLike<number>;
}
