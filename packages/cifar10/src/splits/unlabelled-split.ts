import { RandomState } from '@cifarlab/numpy-random';
import { recordSize } from '../records.js';
import { CourseOrder } from './batch-order.js';
import { DataSet } from './data-set.js';
import type { Preprocessing } from './preprocessing.js';

/** Description of images that have no labels. */
export interface UnlabelledOptions {
  /** Preparation of the pixels. */
  preprocessing: Preprocessing;
  /** Side of the images, in pixels. */
  side: number;
  /** Classes of the network that is to classify them. */
  numClasses: number;
}

/**
 * Makes a split of images that are only to be classified. The label of each is class 0, which says nothing.
 *
 * @param images bytes [3, side, side] of each.
 * @throws RangeError when one has another number of bytes.
 */
export function unlabelledSplit(
  images: readonly Uint8Array[],
  { preprocessing, side, numClasses }: UnlabelledOptions,
): DataSet {
  const size = recordSize(side);
  const records = new Uint8Array(images.length * size);
  images.forEach((pixels, i) => {
    if (pixels.length !== size - 1) {
      throw new RangeError(`An image of ${pixels.length} bytes: expected ${size - 1}, 3 x ${side} x ${side}.`);
    }
    records.set(pixels, i * size + 1);
  });
  const order = new CourseOrder(images.length, new RandomState(0));
  return new DataSet({ records, side, preprocessing, order, oneHot: true, numClasses });
}
