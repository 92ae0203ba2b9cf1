import { type PreprocessOptions, preprocessImages } from '@cifarlab/torch-layers';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Makes the network's input of pictures: resizes them bilinearly, with half-pixel centres, if a resolution is given,
 * and computes (x − 127) / 128, as in the training on ImageNet.
 *
 * @param images [batch, height, width, 3] of 0 to 255, float32 or integers; red, green, blue.
 * @returns float32, [batch, resolution, resolution, 3].
 * @throws RangeError on another rank, a resolution below 1, and unknown options.
 */
export function preprocess(images: Tensor, options: PreprocessOptions = {}): Tensor4D {
  return preprocessImages(images, { mean: 127, deviation: 128 }, options);
}
