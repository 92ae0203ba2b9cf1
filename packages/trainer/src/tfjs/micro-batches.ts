import { show } from '@cifarlab/internals/show';
import type { TfjsBatch } from './batch.js';

/** A part of a batch. */
export interface MicroBatch extends TfjsBatch {
  /** The place of its first example in the batch. */
  firstExample: number;
}

/**
 * Splits a batch into the fewest parts of at most this many examples, whose sizes differ by one at most. They share its
 * memory.
 *
 * @param batch of n examples.
 * @throws RangeError if there are several parts, and not as many labels for each example.
 */
export function microBatches(batch: TfjsBatch, largest: number): MicroBatch[] {
  const { images, labels, shape } = batch;
  const [n, ...inner] = shape as [number, ...number[]];
  if (n <= largest) return [{ ...batch, firstExample: 0 }];
  if (!(labels instanceof Float32Array) || labels.length % n !== 0) {
    throw new RangeError(
      `labels must be a Float32Array of [${n}, classes]; got ${show(labels)} of length ${(labels as Float32Array)?.length}.`,
    );
  }
  const parts = Math.ceil(n / largest);
  return Array.from({ length: parts }, (_, part) => {
    const [first, end] = [Math.floor((part * n) / parts), Math.floor(((part + 1) * n) / parts)];
    const rows = (values: Float32Array) => values.subarray((first * values.length) / n, (end * values.length) / n);
    return { images: rows(images), labels: rows(labels), shape: [end - first, ...inner], firstExample: first };
  });
}
