/** @typedef {import('./arrays.js').Array64} Array64 */

/** Question 1.1 b: the ELU, y = x where x is 0 or more, e^x - 1 elsewhere. */
export class ELU {
  params = {};
  grads = {};

  /**
   * @param {Array64} x of any shape
   * @returns {Array64}
   */
  forward(x) {
    throw new Error('ELU.forward in src/activation.js is empty');
  }

  /**
   * @param {Array64} dout dL/dY
   * @returns {Array64} dL/dX
   */
  backward(dout) {
    throw new Error('ELU.backward in src/activation.js is empty');
  }
}

/** Question 1.1 b: tanh. */
export class Tanh {
  params = {};
  grads = {};

  /**
   * @param {Array64} x of any shape
   * @returns {Array64}
   */
  forward(x) {
    throw new Error('Tanh.forward in src/activation.js is empty');
  }

  /**
   * @param {Array64} dout dL/dY
   * @returns {Array64} dL/dX
   */
  backward(dout) {
    throw new Error('Tanh.backward in src/activation.js is empty');
  }
}
