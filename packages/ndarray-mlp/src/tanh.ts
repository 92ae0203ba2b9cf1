import ops from 'ndarray-ops';
import { Activation } from './activation.js';
import type { FloatNdArray } from './float-array.js';
import { multiplyBy, tanh } from './math-ops.js';

/** Hyperbolic tangent: y = f(x) = tanh(x), f'(x) = 1 - y^2. */
export class Tanh extends Activation {
  protected readonly name = 'Tanh';

  protected value(y: FloatNdArray, x: FloatNdArray): void {
    tanh(y, x);
  }

  protected gradient(dx: FloatNdArray, dy: FloatNdArray, _x: FloatNdArray, y: FloatNdArray): void {
    ops.mul(dx, y, y);
    ops.negeq(dx);
    ops.addseq(dx, 1);
    multiplyBy(dx, dy);
  }
}
