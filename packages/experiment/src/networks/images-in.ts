import type { TrainingSettings } from '../settings/network-settings.js';

/** Returns how many images the first steps of a training are given. */
export function imagesIn(
  steps: number,
  { batchSize, batchOrder }: Pick<TrainingSettings, 'batchSize' | 'batchOrder'>,
  images: number,
): number {
  if (batchOrder === 'course') return steps * batchSize;
  // The last batch of an epoch holds what remains.
  const perEpoch = Math.ceil(images / batchSize);
  return Math.floor(steps / perEpoch) * images + Math.min((steps % perEpoch) * batchSize, images);
}
