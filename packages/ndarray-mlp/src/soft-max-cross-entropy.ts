import type { NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { repeatColumn, rowMaxima, rowSums } from './broadcast.js';
import { requireTargets } from './checks.js';
import { type FloatNdArray, zerosLike } from './float-array.js';
import type { Loss } from './module.js';
import { softmaxRows } from './soft-max.js';

/**
 * Cross entropy of the softmax of logits, in one step: finite and accurate for any finite logits.
 *
 *     L = 1/S sum_sc T_sc (lse_s - X_sc),    lse_s = m_s + log sum_k exp(X_sk - m_s),    m_s = max_k X_sk
 */
export class SoftMaxCrossEntropy implements Loss {
  /** Returns the mean loss of logits `x [S, C]` under one-hot `targets [S, C]`. */
  forward(x: NdArray, targets: NdArray): number {
    requireTargets(x, targets, 'SoftMaxCrossEntropy');
    const [S, C] = targets.shape as [number, number];
    const shifted = zerosLike(targets);
    ops.sub(shifted, x, repeatColumn(rowMaxima(x as FloatNdArray), C));
    const exponentials = zerosLike(targets);
    ops.exp(exponentials, shifted);
    const logSums = rowSums(exponentials);
    ops.logeq(logSums);
    ops.sub(shifted, repeatColumn(logSums, C), shifted);
    ops.muleq(shifted, targets);
    return ops.sum(shifted) / S;
  }

  /**
   * The 1/X of the cross entropy cancels the X of the softmax, since each row of T sums to 1:
   *
   *     dL/dX = 1/S (softmax(X) - T)
   */
  backward(x: NdArray, targets: NdArray): FloatNdArray {
    requireTargets(x, targets, 'SoftMaxCrossEntropy');
    const dx = softmaxRows(x as FloatNdArray);
    ops.subeq(dx, targets);
    ops.mulseq(dx, 1 / targets.shape[0]!);
    return dx;
  }
}
