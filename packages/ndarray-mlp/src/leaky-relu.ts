import { assertNonNegative } from '@cifarlab/internals/checks';
import ops from 'ndarray-ops';
import { Activation } from './activation.js';
import { type FloatNdArray, zerosLike } from './float-array.js';
import { multiplyBy } from './math-ops.js';

/**
 * Leaky rectified linear unit with negative slope a (Maas et al. 2013):
 *
 *     f(x)  = max(x, 0) + a min(x, 0)
 *     f'(x) = [x > 0] + a [x <= 0]
 */
export class LeakyReLU extends Activation {
  protected readonly name = 'LeakyReLU';

  /**
   * @param negativeSlope a; default 0.02, the practical's `--neg_slope` (PyTorch's default is 0.01).
   * @throws RangeError unless it is finite and 0 or more.
   */
  constructor(readonly negativeSlope: number = 0.02) {
    super();
    assertNonNegative('LeakyReLU: negativeSlope', negativeSlope);
  }

  protected value(y: FloatNdArray, x: FloatNdArray): void {
    const positive = zerosLike(x);
    ops.maxs(positive, x, 0);
    ops.mins(y, x, 0);
    ops.mulseq(y, this.negativeSlope);
    ops.addeq(y, positive);
  }

  protected gradient(dx: FloatNdArray, dy: FloatNdArray, x: FloatNdArray): void {
    // [x > 0] (1 - a) + a
    ops.gts(dx, x, 0);
    ops.mulseq(dx, 1 - this.negativeSlope);
    ops.addseq(dx, this.negativeSlope);
    multiplyBy(dx, dy);
  }
}
