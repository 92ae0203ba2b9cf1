import type { AllSettings } from './table.js';

/** The settings that say how many images are taken at a time. */
export type BatchSettings = Pick<AllSettings, 'batchSize'> & Partial<Pick<AllSettings, 'accumulate'>>;

/** Returns how many images of a batch are taken at a time, at most. */
export function microBatchOf({ batchSize, accumulate = 1 }: BatchSettings): number {
  return Math.ceil(batchSize / accumulate);
}

/** Returns the smallest part that a batch of so many images is taken in: parts are as even as can be. */
export function smallestPart(images: number, settings: BatchSettings): number {
  return Math.floor(images / Math.ceil(images / microBatchOf(settings)));
}
