/** @typedef {import('./arrays.js').Array64} Array64 */

/** Question 1.1 c: the cross-entropy, L = -1/S sum_sc T_sc log X_sc. */
export class CrossEntropy {
  /**
   * Returns the mean loss.
   *
   * @param {Array64} x probabilities, [S, C]
   * @param {Array64} targets one-hot, [S, C]
   * @returns {number}
   */
  forward(x, targets) {
    throw new Error('CrossEntropy.forward in src/cross-entropy.js is empty');
  }

  /**
   * @param {Array64} x probabilities, [S, C]
   * @param {Array64} targets one-hot, [S, C]
   * @returns {Array64} dL/dX, [S, C]
   */
  backward(x, targets) {
    throw new Error('CrossEntropy.backward in src/cross-entropy.js is empty');
  }
}
