import { reverseAxes } from '@cifarlab/internals/reverse-axes';
import type { RandomState } from '@cifarlab/numpy-random';
import { tensor } from '@tensorflow/tfjs-core';
import type { Initializer } from './torch-uniform.js';

/**
 * Returns the initializer of convolutions before a rectifier (He et al., arXiv:1502.01852): N(0, 2 / fanOut), with
 * fanOut the filter's pixels times the filters that read one channel. The numbers are drawn in the order of the
 * elements in PyTorch, so that NumPy's `rng.normal(0, deviation, shape)` gives the same.
 *
 * @param rng draws the numbers.
 */
export function heNormal(rng: RandomState): Initializer {
  const apply = (shape: number[]) => {
    const [height, width, inChannels, outChannels] = shape as [number, number, number, number];
    const pixels = height * width;
    const deviation = Math.sqrt(2 / (pixels * outChannels));
    const drawn = rng.normals(pixels * inChannels * outChannels, 0, deviation);
    return tensor(reverseAxes(drawn, [outChannels, inChannels, pixels]), shape, 'float32');
  };
  return { apply } as unknown as Initializer;
}
