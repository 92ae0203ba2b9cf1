import {
  type Batch,
  type DataSet,
  mirrorNchw,
  mirrorNhwc,
  type NhwcBatch,
  shiftNchw,
  shiftNhwc,
} from '@cifarlab/cifar10';
import type { TfjsBatch } from '@cifarlab/trainer/tfjs';

/** Form in which a network takes the images of a split. */
export interface Batches<B> {
  /** The next batch for training. */
  next(split: DataSet, size: number): B;
  /** Every image once, in file order, in batches for an evaluation; the last one may be smaller. */
  every(split: DataSet): Iterable<B>;
}

/** A batch for a network in TensorFlow.js, with the class of each image. */
export type ClassedTfjsBatch = TfjsBatch & { readonly classes: Uint8Array };

/** Batches for a network in TensorFlow.js. */
export interface TfjsBatches extends Batches<ClassedTfjsBatch> {
  /** The images of a batch, mirrored left to right. */
  mirrored(batch: TfjsBatch): Float32Array;
  /** The images of a batch, shifted down and to the right by so many pixels, their reflection following. */
  shifted(batch: TfjsBatch, pixels: number): Float32Array;
  /** One image, from the [3, side, side] that preprocessing makes; of CIFAR-10's, [3, 32, 32]. */
  single(image: Float32Array): Pick<TfjsBatch, 'images' | 'shape'>;
}

const [CHANNELS, SIDE] = [3, 32];
const PIXELS = SIDE * SIDE;

/**
 * Makes batches of [n, 3, 32, 32], for networks on ndarrays.
 *
 * @param size images in a forward pass of an evaluation: enough for fast matrix products, few enough for any memory.
 */
export function ndarrayBatches(size: number): Batches<Batch> {
  return {
    next: (split, size) => split.nextBatch(size),
    every: (split) => split.batches(size),
  };
}

/** Makes batches of [n, 3072], in the order channel, row, column. @param size as of `ndarrayBatches`. */
export function flatBatches(size: number): TfjsBatches {
  return {
    next: (split, size) => flattened(split.nextBatch(size)),
    *every(split) {
      for (const batch of split.batches(size)) yield flattened(batch);
    },
    mirrored: ({ images, shape: [n] }) => mirrorNchw(images, [n!, CHANNELS, SIDE, SIDE]),
    shifted: ({ images, shape: [n] }, pixels) => shiftNchw(images, [n!, CHANNELS, SIDE, SIDE], pixels, pixels),
    single: (image) => ({ images: image, shape: [1, CHANNELS * PIXELS] }),
  };
}

function flattened({ images, labels, classes }: Batch): ClassedTfjsBatch {
  return { images: images.data, shape: [classes.length, CHANNELS * PIXELS], labels: labels.data, classes };
}

/** Makes batches of [n, side, side, 3], of a side of 32 with CIFAR-10. @param size as of `ndarrayBatches`. */
export function imageBatches(size: number): TfjsBatches {
  return {
    next: (split, size) => split.nextBatchNhwc(size),
    every: (split): Iterable<NhwcBatch> => split.batchesNhwc(size),
    mirrored: ({ images, shape }) => mirrorNhwc(images, shape),
    shifted: ({ images, shape }, pixels) => shiftNhwc(images, shape, pixels, pixels),
    single(image) {
      const pixels = image.length / CHANNELS;
      const side = Math.sqrt(pixels);
      const images = image.map((_, i) => image[(i % CHANNELS) * pixels + Math.floor(i / CHANNELS)]!);
      return { images, shape: [1, side, side, CHANNELS] };
    },
  };
}
