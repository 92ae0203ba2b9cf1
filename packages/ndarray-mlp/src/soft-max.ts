import { show } from '@cifarlab/internals/show';
import type { NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { repeatColumn, rowMaxima, rowSums } from './broadcast.js';
import { requireFloat, requireForward, requireUpstream } from './checks.js';
import { type FloatNdArray, zerosLike } from './float-array.js';
import type { Module } from './module.js';

/** Returns the softmax of each row of `x [S, C]`, shifted by its maximum so that no exponential overflows. */
export function softmaxRows(x: FloatNdArray): FloatNdArray {
  const C = x.shape[1]!;
  const y = zerosLike(x);
  ops.sub(y, x, repeatColumn(rowMaxima(x), C));
  ops.expeq(y);
  ops.diveq(y, repeatColumn(rowSums(y), C));
  return y;
}

/**
 * Softmax over the classes of each row: Y_sc = exp(X_sc - m_s) / sum_k exp(X_sk - m_s), with m_s = max_k X_sk, which
 * cancels and keeps every exponential at 1 or below (the max trick). X and Y are [S, C].
 */
export class SoftMax implements Module {
  readonly params = {};
  readonly grads = {};
  #y: FloatNdArray | undefined;

  /** Logits [S, C] -> probabilities [S, C]. Throws TypeError unless float, RangeError unless two-dimensional. */
  forward(x: NdArray): FloatNdArray {
    requireFloat(x, 'SoftMax: x');
    if (x.dimension !== 2) {
      throw new RangeError(
        `SoftMax: x has shape ${show(x.shape)}, but [S, C] is needed: one row of logits per sample.`,
      );
    }
    this.#y = softmaxRows(x);
    return this.#y;
  }

  /**
   * From dY_sk / dX_sc = Y_sk ([k = c] - Y_sc):
   *
   *     dL/dX_sc = Y_sc (dL/dY_sc - sum_k dL/dY_sk Y_sk)
   */
  backward(dout: NdArray): FloatNdArray {
    const y = requireForward(this.#y, 'SoftMax');
    requireUpstream(dout, y.shape, y.dtype, 'SoftMax');
    const dx = zerosLike(y);
    ops.mul(dx, dout, y);
    const weighted = rowSums(dx);
    ops.sub(dx, dout, repeatColumn(weighted, y.shape[1]!));
    ops.muleq(dx, y);
    return dx;
  }
}
