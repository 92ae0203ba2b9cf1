import { zeros } from './arrays.js';

/** @typedef {import('./arrays.js').Array64} Array64 */

/**
 * Question 1.1 a: the linear module, Y = X W^T + B.
 *
 * X is [S, M], W [N, M], b [1, N] in every row of B, Y [S, N].
 */
export class Linear {
  /**
   * @param {number} inFeatures M
   * @param {number} outFeatures N
   * @param {{ rng: import('@cifarlab/numpy-random').RandomState }} options the generator of the weights
   */
  constructor(inFeatures, outFeatures, { rng }) {
    this.params = { weight: zeros([outFeatures, inFeatures]), bias: zeros([1, outFeatures]) };
    this.grads = { weight: zeros([outFeatures, inFeatures]), bias: zeros([1, outFeatures]) };
    this.params.weight.data.set(rng.normal(0, 0.0001, outFeatures * inFeatures));
  }

  /**
   * Returns Y, and keeps what the backward pass needs.
   *
   * @param {Array64} x [S, M]
   * @returns {Array64} [S, N]
   */
  forward(x) {
    throw new Error('Linear.forward in src/linear.js is empty');
  }

  /**
   * Sets `grads.weight` (dL/dW) and `grads.bias` (dL/db), and returns dL/dX.
   *
   * @param {Array64} dout dL/dY, [S, N]
   * @returns {Array64} [S, M]
   */
  backward(dout) {
    throw new Error('Linear.backward in src/linear.js is empty');
  }
}
