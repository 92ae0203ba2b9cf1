import ops from 'ndarray-ops';
import { Activation } from './activation.js';
import { type FloatNdArray, zerosLike } from './float-array.js';
import { expm1 } from './math-ops.js';

/**
 * Exponential linear unit with alpha = 1 (Clevert et al. 2015, arXiv:1511.07289):
 *
 *     f(x) = x            f'(x) = 1         for x > 0
 *     f(x) = exp(x) - 1   f'(x) = exp(x)    otherwise
 *
 * Both sides at once: f(x) = max(x, 0) + exp(min(x, 0)) - 1 and f'(x) = exp(min(x, 0)).
 */
export class ELU extends Activation {
  protected readonly name = 'ELU';

  protected value(y: FloatNdArray, x: FloatNdArray): void {
    const positive = zerosLike(x);
    ops.maxs(positive, x, 0);
    ops.mins(y, x, 0);
    expm1(y, y);
    ops.addeq(y, positive);
  }

  protected derivative(d: FloatNdArray, x: FloatNdArray): void {
    ops.mins(d, x, 0);
    ops.expeq(d);
  }
}
