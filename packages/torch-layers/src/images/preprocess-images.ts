import { assertKnownKeys } from '@cifarlab/internals/checks';
import { type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { type ImageStatistics, normaliseImages } from './normalise-images.js';
import { resizeImages } from './resize-images.js';

/** Options of a network's `preprocess`. */
export interface PreprocessOptions {
  /** Height and width that the images are resized to; by default they keep theirs. */
  resolution?: number;
}

/**
 * Makes a network's input of pictures: resizes them, then shifts and scales their values.
 *
 * @param images [batch, height, width, 3] of 0 to 255, float32 or integers.
 * @returns float32, [batch, resolution, resolution, 3].
 * @throws RangeError on another rank, a resolution below 1, and unknown options.
 */
export function preprocessImages(
  images: Tensor,
  statistics: ImageStatistics,
  options: PreprocessOptions = {},
): Tensor4D {
  assertKnownKeys('preprocess', options, ['resolution']);
  const { resolution } = options;
  return tidy(() => {
    const resized = resolution === undefined ? images : resizeImages(images, resolution);
    return normaliseImages(resized, statistics);
  });
}
