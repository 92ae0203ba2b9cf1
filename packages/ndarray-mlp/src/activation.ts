import type { NdArray } from 'ndarray';
import { requireFloat, requireForward, requireUpstream } from './checks.js';
import { type FloatNdArray, zerosLike } from './float-array.js';
import type { Module } from './module.js';

/**
 * An elementwise nonlinearity y = f(x), of any shape, in the dtype of its input.
 *
 * Its Jacobian is diagonal, so dL/dx = dL/dy * f'(x), element by element: a subclass gives f and f'.
 */
export abstract class Activation implements Module {
  readonly params = {};
  readonly grads = {};
  #cache: { x: FloatNdArray; y: FloatNdArray } | undefined;

  /** Name for messages. */
  protected abstract readonly name: string;
  /** y = f(x). */
  protected abstract value(y: FloatNdArray, x: FloatNdArray): void;
  /** dx = dy * f'(x), element by element, where y = f(x) and dy = dL/dy. */
  protected abstract gradient(dx: FloatNdArray, dy: FloatNdArray, x: FloatNdArray, y: FloatNdArray): void;

  /** f(x), in the shape of `x`. Throws TypeError unless `x` is float32 or float64. */
  forward(x: NdArray): FloatNdArray {
    requireFloat(x, `${this.name}: x`);
    const y = zerosLike(x);
    this.value(y, x);
    this.#cache = { x, y };
    return y;
  }

  /** dL/dx = dL/dy * f'(x). */
  backward(dout: NdArray): FloatNdArray {
    const { x, y } = requireForward(this.#cache, this.name);
    requireUpstream(dout, x.shape, x.dtype, this.name);
    const dx = zerosLike(x);
    this.gradient(dx, dout, x, y);
    return dx;
  }
}
