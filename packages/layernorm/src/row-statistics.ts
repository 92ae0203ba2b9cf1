import { add, div, rsqrt, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';

/** Statistics that each row is normalised with. A row lies along the last axis. */
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
  const rowMean = meanOfRows(x);
  const centred = sub(x, rowMean);
  const inverseStd = rsqrt(add(meanOfRows(square(centred)), epsilon));
  return { rowMean, centred, inverseStd };
}

/** [..., features] -> [..., 1]. The kernel `Mean` of tfjs's cpu backend divides every element, and takes ten times as long. */
export function meanOfRows(x: Tensor): Tensor {
  return div(sum(x, -1, true), x.shape.at(-1)!);
}
