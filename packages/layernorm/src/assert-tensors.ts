import type { Tensor } from '@tensorflow/tfjs-core';
import { assertShapes } from './assert-shapes.js';

/**
 * Requires float32 tensors x [..., features], gamma and beta [features].
 *
 * @throws TypeError on another dtype, RangeError on shapes that do not fit.
 */
export function assertTensors(what: string, x: Tensor, gamma: Tensor, beta: Tensor): void {
  for (const [name, { dtype }] of Object.entries({ x, gamma, beta })) {
    if (dtype !== 'float32') {
      throw new TypeError(`${what}: ${name} has dtype ${dtype}, but float32 is needed; cast it first.`);
    }
  }
  assertShapes(what, x, { gamma, beta });
}
