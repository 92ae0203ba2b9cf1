import { RandomState } from '@cifarlab/numpy-random';
import type { BatchSource } from '@cifarlab/trainer';
import type { TfjsBatch } from '@cifarlab/trainer/tfjs';
import { CLASS_NAMES, type Shapes, SIZE } from './shapes.js';

/** The pictures of the given numbers as a network takes them: values from -1 to 1, flat or [SIZE, SIZE, 3]. */
export function toBatch({ pixels, classes }: Shapes, numbers: ArrayLike<number>, isFlat: boolean): TfjsBatch {
  const values = SIZE * SIZE * 3;
  const count = numbers.length;
  const images = new Float32Array(count * values);
  const labels = new Float32Array(count * CLASS_NAMES.length);
  for (let i = 0; i < count; i++) {
    const n = numbers[i]!;
    for (let v = 0; v < values; v++) images[i * values + v] = pixels[n * values + v]! / 127.5 - 1;
    labels[i * CLASS_NAMES.length + classes[n]!] = 1;
  }
  return { images, shape: isFlat ? [count, values] : [count, SIZE, SIZE, 3], labels };
}

/** Batches in an order that is a function of the seed and the step, so that there is no state to keep. */
export function shuffledBatches(
  shapes: Shapes,
  batchSize: number,
  seed: number,
  isFlat: boolean,
): BatchSource<TfjsBatch> {
  const perEpoch = Math.floor(shapes.classes.length / batchSize);
  return {
    next(step) {
      const epoch = Math.floor((step - 1) / perEpoch);
      const first = ((step - 1) % perEpoch) * batchSize;
      const order = new RandomState([seed, epoch]).permutation(shapes.classes.length);
      return toBatch(shapes, order.subarray(first, first + batchSize), isFlat);
    },
    saveState: () => ({ arrays: {}, values: {} }),
    loadState() {},
  };
}
