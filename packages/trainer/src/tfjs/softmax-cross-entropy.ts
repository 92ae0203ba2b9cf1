/** Loss and predictions from the logits of n examples; numbers are sums over the examples. */
export interface Scores {
  /** Sum of the cross-entropies. */
  loss: number;
  /** Rows whose largest logit is where the largest target is. */
  correct: number;
  /**
   * [n]: the class of the largest logit, the first one of several; `classes`, which is not a class, for a row with NaN.
   */
  predicted: Int32Array;
  /** [n, classes] */
  probabilities: Float32Array;
}

/**
 * Computes the cross-entropy between targets t and the softmax of logits z, row by row and in float64:
 *
 *     loss = Σ_c t_c · (m + log Σ_k exp(z_k − m) − z_c),   m = max z, so that nothing overflows
 *
 * @param logits [n, classes], row-major.
 * @param targets [n, classes]; a row that adds up to 1 is a distribution.
 */
export function softmaxCrossEntropy(logits: ArrayLike<number>, targets: ArrayLike<number>, classes: number): Scores {
  const predicted = new Int32Array(logits.length / classes);
  const probabilities = new Float32Array(logits.length);
  let loss = 0;
  let correct = 0;
  for (let row = 0, start = 0; start < logits.length; row++, start += classes) {
    const logSum = softmaxRow(logits, start, classes, probabilities);
    for (let c = start; c < start + classes; c++) loss += targets[c]! * (logSum - logits[c]!);
    predicted[row] = argmax(logits, start, classes);
    if (predicted[row] === argmax(targets, start, classes)) correct += 1;
  }
  return { loss, correct, predicted, probabilities };
}

/**
 * Returns the gradient of the mean loss with respect to the logits, [rows, classes]:
 *
 *     dz = ((Σ_c t_c) · softmax(z) − t) / n
 *
 * @param n examples that the mean is over, where these rows are a part of them. Default: the rows.
 */
export function softmaxCrossEntropyGradient(
  probabilities: ArrayLike<number>,
  targets: ArrayLike<number>,
  classes: number,
  n = targets.length / classes,
): Float32Array {
  const gradient = new Float32Array(targets.length);
  for (let start = 0; start < targets.length; start += classes) {
    let total = 0;
    for (let c = start; c < start + classes; c++) total += targets[c]!;
    for (let c = start; c < start + classes; c++) gradient[c] = (total * probabilities[c]! - targets[c]!) / n;
  }
  return gradient;
}

/** Computes exp(z_c) / Σ_k exp(z_k) of each row; [n, classes]. */
export function softmax(logits: ArrayLike<number>, classes: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) softmaxRow(logits, start, classes, probabilities);
  return probabilities;
}

/**
 * Label smoothing (Szegedy et al., arXiv:1512.00567, section 7): (1 − smoothing) · t + smoothing / classes.
 *
 * @param smoothing 0 or more and below 1.
 */
export function smoothLabels(labels: Float32Array, classes: number, smoothing: number): Float32Array {
  return smoothing === 0 ? labels : labels.map((t) => (1 - smoothing) * t + smoothing / classes);
}

/** Writes the softmax of one row of z to the same place in `out`; returns log Σ_k exp(z_k). */
function softmaxRow(z: ArrayLike<number>, start: number, length: number, out: Float32Array): number {
  const end = start + length;
  let max = z[start]!;
  for (let c = start + 1; c < end; c++) if (z[c]! > max) max = z[c]!;
  let sum = 0;
  for (let c = start; c < end; c++) {
    const e = Math.exp(z[c]! - max);
    out[c] = e;
    sum += e;
  }
  for (let c = start; c < end; c++) out[c]! /= sum;
  return max + Math.log(sum);
}

function argmax(x: ArrayLike<number>, start: number, length: number): number {
  let best = 0;
  for (let c = 0; c < length; c++) {
    const value = x[start + c]!;
    if (Number.isNaN(value)) return length;
    if (value > x[start + best]!) best = c;
  }
  return best;
}
