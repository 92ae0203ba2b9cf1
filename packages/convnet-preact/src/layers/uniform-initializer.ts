import type { RandomState } from '@cifarlab/numpy-random';
import { type Tensor, tensor, tidy, transpose, util } from '@tensorflow/tfjs-core';
import type { initializers } from '@tensorflow/tfjs-layers';

type Initializer = ReturnType<typeof initializers.zeros>;

/** How an array lies in PyTorch, and where each of its axes goes here. */
export interface TorchLayout {
  shape: readonly number[];
  /** Axis i here is axis `order[i]` there. Default: the same order. */
  order?: readonly number[];
}

/**
 * Draws U(−1/√fanIn, 1/√fanIn), what PyTorch's linear layers and convolutions start from: weights and biases alike. The
 * numbers are drawn in PyTorch's order of elements, so that NumPy's `rng.uniform(-bound, bound, shape)` gives the same.
 */
export function uniformInitializer(rng: RandomState, fanIn: number, { shape, order }: TorchLayout): Initializer {
  const bound = 1 / Math.sqrt(fanIn);
  const apply = (): Tensor =>
    tidy(() => {
      const drawn = new Float32Array(util.sizeFromShape([...shape]));
      for (let i = 0; i < drawn.length; i++) drawn[i] = rng.uniform(-bound, bound);
      const inTorch = tensor(drawn, [...shape]);
      return order ? transpose(inTorch, [...order]) : inTorch;
    });
  // A layer asks its initializer for nothing but this; tf.layers does not export the class to derive from.
  return { apply } as unknown as Initializer;
}
