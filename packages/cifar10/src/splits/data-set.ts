import ndarray, { type NdArray } from 'ndarray';
import { Cifar10Error } from '../errors.js';
import { IMAGE_SIDE, recordSize } from '../records.js';
import type { Augmentation, Variation } from './augmentation.js';
import type { BatchOrder } from './batch-order.js';
import { checkAugmentation, checkState, type DataSetState, type SavedDataSetState } from './data-set-state.js';
import { imageWriters, type Preprocessing, type WriteImage } from './preprocessing.js';
import { chw, hwc, variedWriter, type WriteVaried } from './vary-image.js';

/** A batch in the practical's layout. */
export interface Batch {
  /** `[n, 3, 32, 32]`, float32, preprocessed. */
  readonly images: NdArray<Float32Array>;
  /** `[n, classes]` one-hot (10 for CIFAR-10), or `[n]` class numbers with `oneHot: false`; float32. */
  readonly labels: NdArray<Float32Array>;
  /** `[n]`, class numbers: 0 to 9 for CIFAR-10. */
  readonly classes: Uint8Array;
}

/** A batch in TensorFlow's layout, as flat typed arrays. */
export interface NhwcBatch {
  /** `n * 32 * 32 * 3` values, float32, preprocessed. */
  readonly images: Float32Array;
  /** `n * classes` values (10 classes for CIFAR-10), one-hot, float32. */
  readonly labels: Float32Array;
  /** `[n]`, class numbers: 0 to 9 for CIFAR-10. */
  readonly classes: Uint8Array;
  /** Shape of `images`. */
  readonly shape: [number, number, number, number];
}

/** Parts of a {@link DataSet}. */
export interface DataSetSource {
  /** Records of 3073 bytes (label, then CHW pixels), or as many as `side` makes, one per example; kept, not copied. */
  readonly records: Uint8Array;
  /** Side of an image, in pixels. Default: 32. */
  readonly side?: number | undefined;
  readonly preprocessing: Preprocessing;
  readonly order: BatchOrder;
  readonly oneHot: boolean;
  /** More than any label. */
  readonly numClasses: number;
  /** Varies the pictures of `nextBatch` and `nextBatchNhwc`. */
  readonly augmentation?: Augmentation | undefined;
}

/** Examples of a batch, without their pixels. */
export interface BatchExamples {
  /** `[n]`, places in file order. */
  readonly indices: Int32Array;
  /** `[n]`, whether the picture is mirrored left to right. */
  readonly flipped: readonly boolean[];
  /** `n * classes` values, one-hot, float32. */
  readonly labels: Float32Array;
  /** `[n]`, class numbers. */
  readonly classes: Uint8Array;
}

/** Writers of one layout. */
interface Writers {
  readonly plain: WriteImage;
  readonly varied: WriteVaried;
}

/**
 * One split of CIFAR-10, with the interface of the practical's `DataSet`. Pixels stay bytes in memory; floats are made
 * only for the images requested. `loadCifar10` makes it.
 */
export class DataSet {
  /** Number of examples. */
  readonly numExamples: number;
  /** Side of an image, in pixels: 32 for CIFAR-10. */
  readonly side: number;
  readonly #recordSize: number;
  readonly #records: Uint8Array;
  readonly #order: BatchOrder;
  readonly #oneHot: boolean;
  readonly #numClasses: number;
  readonly #augmentation: Augmentation | undefined;
  readonly #write: { chw: Writers; hwc: Writers };

  constructor(source: DataSetSource) {
    const { records, side = IMAGE_SIDE, preprocessing, order, oneHot, numClasses, augmentation } = source;
    this.#records = records;
    this.side = side;
    this.#recordSize = recordSize(side);
    this.numExamples = records.length / this.#recordSize;
    this.#order = order;
    this.#oneHot = oneHot;
    this.#numClasses = numClasses;
    this.#augmentation = augmentation;
    const write = imageWriters(preprocessing, side);
    this.#write = {
      chw: { plain: write.chw, varied: variedWriter(write.chw, chw(side), side) },
      hwc: { plain: write.hwc, varied: variedWriter(write.hwc, hwc, side) },
    };
  }

  /** Number of passes over the examples that {@link nextBatch} has finished. */
  get epochsCompleted(): number {
    return this.#order.epochsCompleted;
  }

  /**
   * All images in the current order, `[numExamples, 3, 32, 32]`, float32, preprocessed. Made anew on every access:
   * 614 MB for the 50,000 training images. Evaluate with {@link batches} instead.
   */
  get images(): NdArray<Float32Array> {
    return this.#gather(this.#order.indices).images;
  }

  /** All labels in the current order: `[numExamples, classes]` one-hot, or `[numExamples]` with `oneHot: false`; float32. */
  get labels(): NdArray<Float32Array> {
    return this.#labelsOf(this.classes);
  }

  /** All class numbers in the current order. */
  get classes(): Uint8Array {
    return this.#classesOf(this.#order.indices);
  }

  /**
   * Returns the next training batch, from the data set's order; its pictures are varied when the data was loaded with
   * `augment`.
   *
   * @param batchSize 1 to `numExamples`. In the `epoch` order the last batch of an epoch may be smaller.
   * @throws {Cifar10Error} `INVALID_OPTION` for any other batch size; the position is unchanged then.
   */
  nextBatch(batchSize: number): Batch {
    const { indices, variations } = this.#next(batchSize);
    return this.#gather(indices, variations);
  }

  /** Works like {@link nextBatch}, but in TensorFlow's layout. Both draw from the same order. */
  nextBatchNhwc(batchSize: number): NhwcBatch {
    const { indices, variations } = this.#next(batchSize);
    return this.#gatherNhwc(indices, variations);
  }

  /**
   * Works like {@link nextBatch}, but without the pixels: for data that is already known for the examples, such as
   * their features. Of the variations, only the mirroring is reported.
   */
  nextExamples(batchSize: number): BatchExamples {
    const { indices, variations } = this.#next(batchSize);
    // The order's own array changes with the next epoch.
    return this.#examplesOf(indices.slice(), variations);
  }

  /**
   * Makes one pass over every example in file order, for evaluation; training's order and position do not move.
   *
   * @param batchSize at least 1; the last batch holds what remains.
   * @throws {Cifar10Error} `INVALID_OPTION` unless it is a positive whole number.
   */
  batches(batchSize: number): Generator<Batch, void, undefined> {
    return this.#pass(batchSize, (indices) => this.#gather(indices));
  }

  /** Works like {@link batches}, but in TensorFlow's layout. */
  batchesNhwc(batchSize: number): Generator<NhwcBatch, void, undefined> {
    return this.#pass(batchSize, (indices) => this.#gatherNhwc(indices));
  }

  /** Works like {@link batches}, but without the pixels. */
  examples(batchSize: number): Generator<BatchExamples, void, undefined> {
    return this.#pass(batchSize, (indices) => this.#examplesOf(indices));
  }

  /**
   * Returns the pixels of one example as they were published: 3072 bytes (red, green, blue plane), or as many as
   * {@link side} makes. The result is a view that must not be written to.
   *
   * @param index place in file order, 0 to `numExamples - 1`.
   * @throws {Cifar10Error} `INVALID_OPTION` for any other index.
   */
  pixels(index: number): Uint8Array {
    if (!Number.isInteger(index) || index < 0 || index >= this.numExamples) {
      throw new Cifar10Error(
        'INVALID_OPTION',
        `Example ${index}: expected a whole number from 0 to ${this.numExamples - 1}.`,
      );
    }
    return this.#records.subarray(index * this.#recordSize + 1, (index + 1) * this.#recordSize);
  }

  /** Number of examples per class, indexed by class. */
  classCounts(): number[] {
    const counts = new Array<number>(this.#numClasses).fill(0);
    for (let r = 0; r < this.#records.length; r += this.#recordSize) {
      counts[this.#records[r]!]! += 1;
    }
    return counts;
  }

  /**
   * Returns the current order, the position in it, the epochs completed, in the `course` order the shared generator,
   * and with augmentation the number of batches varied. `values` is plain JSON; `arrays.indices` is the current order
   * of the `course` order.
   */
  getState(): DataSetState {
    const values = this.#order.values();
    const arrays: DataSetState['arrays'] =
      values.batchOrder === 'course'
        ? { indices: { shape: [this.numExamples], data: this.#order.indices.slice() } }
        : {};
    const augmentation = this.#augmentation?.values();
    return { arrays, values: { ...values, ...(augmentation && { augmentation }) } };
  }

  /**
   * Goes back to a state from {@link getState}, so that the same batches follow. In the `course` order this also sets
   * the shared generator.
   *
   * @throws {Cifar10Error} `INVALID_STATE` when the state is of another order, seed, size or augmentation, or is damaged;
   *   nothing is changed then.
   */
  setState(state: SavedDataSetState): void {
    const own = this.#order.values();
    const { values, indices } = checkState(state, own.batchOrder, this.numExamples);
    const augmentation = checkAugmentation(state.values.augmentation, this.#augmentation?.values());
    this.#order.restore(values, indices);
    if (augmentation !== undefined) this.#augmentation?.restore(augmentation);
  }

  /** Returns the examples of the next batch, and how their pictures are varied. */
  #next(batchSize: number): { indices: Int32Array; variations: readonly Variation[] | undefined } {
    this.#checkBatchSize(batchSize);
    const epoch = this.#order.epochsCompleted;
    const indices = this.#order.next(batchSize);
    const place = { indices, epoch, numExamples: this.numExamples };
    return { indices, variations: this.#augmentation?.next(indices.length, place) };
  }

  #checkBatchSize(batchSize: number): void {
    if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > this.numExamples) {
      throw new Cifar10Error(
        'INVALID_OPTION',
        `Batch size ${batchSize}: expected a whole number from 1 to the ${this.numExamples} examples of this data set.`,
      );
    }
  }

  #pass<B>(batchSize: number, gather: (indices: Int32Array) => B): Generator<B, void, undefined> {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new Cifar10Error('INVALID_OPTION', `Batch size ${batchSize}: expected a positive whole number.`);
    }
    return this.#inFileOrder(batchSize, gather);
  }

  *#inFileOrder<B>(batchSize: number, gather: (indices: Int32Array) => B): Generator<B, void, undefined> {
    for (let start = 0; start < this.numExamples; start += batchSize) {
      const length = Math.min(batchSize, this.numExamples - start);
      yield gather(Int32Array.from({ length }, (_, i) => start + i));
    }
  }

  #gather(indices: Int32Array, variations?: readonly Variation[]): Batch {
    const classes = this.#classesOf(indices);
    const images = this.#imagesOf(indices, this.#write.chw, variations);
    return {
      images: ndarray(images, [indices.length, 3, this.side, this.side]),
      labels: this.#labelsOf(classes),
      classes,
    };
  }

  #gatherNhwc(indices: Int32Array, variations?: readonly Variation[]): NhwcBatch {
    const classes = this.#classesOf(indices);
    return {
      images: this.#imagesOf(indices, this.#write.hwc, variations),
      labels: oneHotOf(classes, this.#numClasses),
      classes,
      shape: [indices.length, this.side, this.side, 3],
    };
  }

  #examplesOf(indices: Int32Array, variations?: readonly Variation[]): BatchExamples {
    const classes = this.#classesOf(indices);
    return {
      indices,
      flipped: variations?.map(({ flip }) => flip) ?? Array.from(indices, () => false),
      labels: oneHotOf(classes, this.#numClasses),
      classes,
    };
  }

  #imagesOf(indices: Int32Array, write: Writers, variations?: readonly Variation[]): Float32Array {
    const size = this.#recordSize - 1;
    const images = new Float32Array(indices.length * size);
    for (let i = 0; i < indices.length; i++) {
      const from = indices[i]! * this.#recordSize + 1;
      if (variations === undefined) write.plain(this.#records, from, images, i * size);
      else write.varied(this.#records, from, images, i * size, variations[i]!);
    }
    return images;
  }

  #classesOf(indices: Int32Array): Uint8Array {
    return Uint8Array.from(indices, (index) => this.#records[index * this.#recordSize]!);
  }

  #labelsOf(classes: Uint8Array): NdArray<Float32Array> {
    return this.#oneHot
      ? ndarray(oneHotOf(classes, this.#numClasses), [classes.length, this.#numClasses])
      : ndarray(Float32Array.from(classes), [classes.length]);
  }
}

/** Returns one-hot labels `[n, numClasses]`: 1 at each example's class, 0 elsewhere. */
function oneHotOf(classes: Uint8Array, numClasses: number): Float32Array {
  const labels = new Float32Array(classes.length * numClasses);
  for (let i = 0; i < classes.length; i++) {
    labels[i * numClasses + classes[i]!] = 1;
  }
  return labels;
}
