import { sameShape } from '@cifarlab/internals/shapes';
import { show } from '@cifarlab/internals/show';
import ndarray, { type NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { requireFloat } from './checks.js';

/**
 * Returns the index of the largest element of each row of `x [S, C]`, the first one of several, as np.argmax; [S]. A
 * row with a NaN has no largest element: its index is C, which is not a class.
 *
 * @throws TypeError unless `x` is float; RangeError unless it is two-dimensional.
 */
export function argmax(x: NdArray): NdArray<Int32Array> {
  requireFloat(x, 'argmax: x');
  if (x.dimension !== 2) throw new RangeError(`argmax: x has shape ${show(x.shape)}, but [S, C] is needed.`);
  const [S, C] = x.shape as [number, number];
  const { data, offset, stride } = x;
  const [down, across] = stride as [number, number];
  const indices = new Int32Array(S);
  for (let s = 0; s < S; s++) {
    let index = offset + s * down;
    let largest = -Infinity;
    for (let c = 0; c < C; c++, index += across) {
      const value = data[index]!;
      if (value > largest) {
        largest = value;
        indices[s] = c;
      } else if (Number.isNaN(value)) {
        indices[s] = C;
        break;
      }
    }
  }
  return ndarray(indices, [S]);
}

/**
 * Returns how many rows of the predictions have their maximum where the target's is: sums over batches stay exact.
 *
 * @param predictions [S, C], probabilities or logits.
 * @param targets [S, C], one-hot.
 * @throws TypeError unless both are float; RangeError when their shapes differ.
 */
export function correctCount(predictions: NdArray, targets: NdArray): number {
  if (!sameShape(predictions.shape, targets.shape)) {
    throw new RangeError(
      `accuracy: predictions have shape ${show(predictions.shape)} and targets ${show(targets.shape)}; ` +
        'both must be [S, C], one row per sample and one column per class.',
    );
  }
  const hits = argmax(predictions);
  ops.eq(hits, hits, argmax(targets));
  return ops.sum(hits);
}

/**
 * Returns the part of the rows predicted correctly, from 0 to 1 (NaN without rows), as the practical's `accuracy`.
 *
 * @param predictions [S, C], probabilities or logits.
 * @param targets [S, C], one-hot.
 * @throws TypeError unless both are float; RangeError when their shapes differ.
 */
export function accuracy(predictions: NdArray, targets: NdArray): number {
  return correctCount(predictions, targets) / predictions.shape[0]!;
}
