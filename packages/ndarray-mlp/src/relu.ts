import ops from 'ndarray-ops';
import { Activation } from './activation.js';
import type { FloatNdArray } from './float-array.js';
import { multiplyBy } from './math-ops.js';

/** Rectified linear unit: f(x) = max(x, 0), f'(x) = [x > 0]; at 0, where f has no derivative, 0 as in PyTorch. */
export class ReLU extends Activation {
  protected readonly name = 'ReLU';

  protected value(y: FloatNdArray, x: FloatNdArray): void {
    ops.maxs(y, x, 0);
  }

  protected gradient(dx: FloatNdArray, dy: FloatNdArray, x: FloatNdArray): void {
    ops.gts(dx, x, 0);
    multiplyBy(dx, dy);
  }
}
