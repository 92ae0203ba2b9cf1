import ndarray, { type NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { repeatColumn, repeatRow, rowMaxima } from './broadcast.js';
import { requireFloat, sameShape, show } from './checks.js';
import { zerosLike } from './float-array.js';

/**
 * The index of the largest element of each row of `x [S, C]`, the first one of several, as np.argmax; [S].
 * A row with a NaN has no largest element: its index is C, which is no class.
 *
 * @throws TypeError unless `x` is float; RangeError unless it is two-dimensional.
 */
export function argmax(x: NdArray): NdArray<Int32Array> {
  requireFloat(x, 'argmax: x');
  if (x.dimension !== 2) throw new RangeError(`argmax: x has shape ${show(x.shape)}, but [S, C] is needed.`);
  const [S, C] = x.shape as [number, number];
  // Mark the maxima, weigh column c by C - c, and the largest mark of a row is C minus the index of its first maximum.
  const marks = zerosLike(x);
  ops.eq(marks, x, repeatColumn(rowMaxima(x), C));
  const weights = ndarray(
    Float64Array.from({ length: C }, (_, c) => C - c),
    [1, C],
  );
  ops.muleq(marks, repeatRow(weights, S));
  const indices = rowMaxima(marks);
  ops.mulseq(indices, -1);
  ops.addseq(indices, C);
  return ndarray(Int32Array.from(indices.data), [S]);
}

/**
 * How many rows of the predictions have their maximum where the target's is: sums over batches stay exact.
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
 * The part of the rows predicted correctly, from 0 to 1 (NaN without rows), as the practical's `accuracy`.
 *
 * @param predictions [S, C], probabilities or logits.
 * @param targets [S, C], one-hot.
 * @throws TypeError unless both are float; RangeError when their shapes differ.
 */
export function accuracy(predictions: NdArray, targets: NdArray): number {
  return correctCount(predictions, targets) / predictions.shape[0]!;
}
