/** @typedef {import('./arrays.js').Array64} Array64 */

/** Question 1.1 c: the softmax of each row. It must not overflow for logits of any size. */
export class SoftMax {
  params = {};
  grads = {};

  /**
   * @param {Array64} x logits, [S, C]
   * @returns {Array64} probabilities, [S, C]
   */
  forward(x) {
    throw new Error('SoftMax.forward in src/soft-max.js is empty');
  }

  /**
   * @param {Array64} dout dL/dY, [S, C]
   * @returns {Array64} dL/dX, [S, C]
   */
  backward(dout) {
    throw new Error('SoftMax.backward in src/soft-max.js is empty');
  }
}
