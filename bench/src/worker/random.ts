import { RandomState } from '@cifarlab/numpy-random';

/**
 * Inputs are drawn with NumPy's legacy generator, which the workers in Python have too: with the same seed every engine
 * computes on the same numbers.
 */
export const WEIGHTS_SEED = 1;
export const DATA_SEED = 2;

/** Fills the array from U(low, high), as `rng.uniform(low, high, size)` does. */
export function fillUniform<A extends Float32Array | Float64Array>(array: A, rng: RandomState, low = -1, high = 1): A {
  for (let i = 0; i < array.length; i++) array[i] = rng.uniform(low, high);
  return array;
}

/** Images and their classes. */
export interface ImagePool {
  /** [count, size] */
  images: Float32Array;
  classes: Int32Array;
}

/** Images of `size` numbers, by default of about the range of CIFAR-10's pixels after their mean is subtracted. */
export function imagePool(count: number, size = 3072, largest = 128): ImagePool {
  const rng = new RandomState(DATA_SEED);
  const images = fillUniform(new Float32Array(count * size), rng, -largest, largest);
  const classes = Int32Array.from({ length: count }, () => Math.floor(rng.uniform(0, 10)));
  return { images, classes };
}

/** Classes as rows of a unit matrix, [count, 10]. */
export function oneHot(classes: Int32Array): Float32Array {
  const labels = new Float32Array(classes.length * 10);
  classes.forEach((label, i) => {
    labels[i * 10 + label] = 1;
  });
  return labels;
}
