import { reverseAxes } from '@cifarlab/internals/reverse-axes';
import type { RandomState } from '@cifarlab/numpy-random';
import { tensor } from '@tensorflow/tfjs-core';
import type { initializers } from '@tensorflow/tfjs-layers';

/** A function that fills a new weight. */
export type Initializer = ReturnType<typeof initializers.zeros>;

/**
 * Returns the initializer of PyTorch's convolutions and linear layers, kernels and biases alike: U(−1/√fanIn,
 * 1/√fanIn). The numbers are drawn in the order of the elements in PyTorch, so that NumPy's
 * `rng.uniform(-bound, bound, shape)` gives the same.
 */
export function torchUniform(rng: RandomState, fanIn: number): Initializer {
  const bound = 1 / Math.sqrt(fanIn);
  const apply = (shape: number[]) => {
    const outChannels = shape.at(-1)!;
    const inChannels = shape.at(-2) ?? 1;
    const pixels = shape.slice(0, -2).reduce((product, size) => product * size, 1);
    const drawn = new Float32Array(pixels * inChannels * outChannels);
    for (let i = 0; i < drawn.length; i++) drawn[i] = rng.uniform(-bound, bound);
    return tensor(reverseAxes(drawn, [outChannels, inChannels, pixels]), shape);
  };
  // A layer asks its initializer for nothing but this; tf.layers does not export the class to derive from.
  return { apply } as unknown as Initializer;
}
