import { type PreprocessOptions, preprocessImages } from '@cifarlab/torch-layers';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Mean and deviation of ImageNet's pictures, channel by channel. torchvision has them for values from 0 to 1; here they
 * are for bytes.
 */
const MEAN = [0.485, 0.456, 0.406].map((value) => 255 * value);
const DEVIATION = [0.229, 0.224, 0.225].map((value) => 255 * value);

/**
 * Makes the network's input of pictures: resizes them bilinearly, with half-pixel centres, if a resolution is given,
 * then subtracts ImageNet's mean from each channel and divides by its standard deviation, as torchvision does.
 *
 * @param images [batch, height, width, 3] of 0 to 255, float32 or integers; red, green, blue.
 * @returns float32, [batch, resolution, resolution, 3].
 * @throws RangeError on another rank, a resolution below 1, and unknown options.
 */
export function preprocess(images: Tensor, options: PreprocessOptions = {}): Tensor4D {
  return preprocessImages(images, { mean: MEAN, deviation: DEVIATION }, options);
}
