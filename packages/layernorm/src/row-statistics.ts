import { add, mean, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';

/** What each row is normalised with: a row is what lies along the last axis. */
export interface RowStatistics {
  /** [..., 1] */
  rowMean: Tensor;
  /** x − mean, of x's shape. */
  centred: Tensor;
  /** 1 / √(variance + epsilon), [..., 1]; the variance is biased, divided by the number of features. */
  inverseStd: Tensor;
}

/** The mean is taken off before anything is squared: E[x²] − E[x]² cancels when the mean is large. */
export function rowStatistics(x: Tensor, epsilon: number): RowStatistics {
  const rowMean = mean(x, -1, true);
  const centred = sub(x, rowMean);
  const inverseStd = rsqrt(add(mean(square(centred), -1, true), epsilon));
  return { rowMean, centred, inverseStd };
}
