import type { NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { requireTargets } from './checks.js';
import { type FloatNdArray, zerosLike } from './float-array.js';
import type { Loss } from './module.js';

/** The smallest positive number of each precision. */
const TINY = { float32: 2 ** -149, float64: Number.MIN_VALUE };

/**
 * Cross entropy of probabilities: L = -1/S sum_sc T_sc log X_sc, where 0 log 0 = 0.
 *
 * Put it after `SoftMax`. It is infinite where a target class has probability 0, which a softmax reaches by underflow;
 * `SoftMaxCrossEntropy` on the logits does not.
 */
export class CrossEntropy implements Loss {
  /** Returns the mean loss of probabilities `x [S, C]` under one-hot `targets [S, C]`. */
  forward(x: NdArray, targets: NdArray): number {
    requireTargets(x, targets, 'CrossEntropy');
    // T log X = log(X^T), which is 0 where T = 0, even at X = 0.
    const terms = zerosLike(targets);
    ops.pow(terms, x, targets);
    ops.logeq(terms);
    return -ops.sum(terms) / x.shape[0]!;
  }

  /**
   *     dL/dX_sc = -1/S T_sc / X_sc
   */
  backward(x: NdArray, targets: NdArray): FloatNdArray {
    requireTargets(x, targets, 'CrossEntropy');
    const dx = zerosLike(targets);
    // The floor makes 0 / 0 a 0 and leaves 1 / 0 infinite.
    ops.maxs(dx, x, TINY[targets.dtype]);
    ops.div(dx, targets, dx);
    ops.mulseq(dx, -1 / x.shape[0]!);
    return dx;
  }
}
