import { Activation } from './activation.js';
import type { FloatNdArray } from './float-array.js';
import { elu, eluGradient } from './math-ops.js';

/**
 * Exponential linear unit with alpha = 1 (Clevert et al. 2015, arXiv:1511.07289):
 *
 *     f(x) = x            f'(x) = 1                   for x > 0
 *     f(x) = exp(x) - 1   f'(x) = exp(x) = f(x) + 1   otherwise
 */
export class ELU extends Activation {
  protected readonly name = 'ELU';

  protected value(y: FloatNdArray, x: FloatNdArray): void {
    elu(y, x);
  }

  protected gradient(dx: FloatNdArray, dy: FloatNdArray, _x: FloatNdArray, y: FloatNdArray): void {
    eluGradient(dx, dy, y);
  }
}
