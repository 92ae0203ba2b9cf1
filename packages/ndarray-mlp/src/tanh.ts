import ops from 'ndarray-ops';
import { Activation } from './activation.js';
import type { FloatNdArray } from './float-array.js';
import { tanh } from './math-ops.js';

/** Hyperbolic tangent: y = f(x) = tanh(x), f'(x) = 1 - y^2. */
export class Tanh extends Activation {
  protected readonly name = 'Tanh';

  protected value(y: FloatNdArray, x: FloatNdArray): void {
    tanh(y, x);
  }

  protected derivative(d: FloatNdArray, _x: FloatNdArray, y: FloatNdArray): void {
    ops.mul(d, y, y);
    ops.negeq(d);
    ops.addseq(d, 1);
  }
}
