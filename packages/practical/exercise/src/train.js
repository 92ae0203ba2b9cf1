/** @typedef {import('./arrays.js').Array64} Array64 */

/**
 * Question 1.2: the accuracy, the fraction of rows whose largest prediction is where the target has its 1.
 *
 * @param {Array64} predictions [S, C]
 * @param {Array64} targets one-hot, [S, C]
 * @returns {number} from 0 to 1
 */
export function accuracy(predictions, targets) {
  throw new Error('accuracy in src/train.js is empty');
}

/**
 * Question 1.2: trains by gradient descent. In every step: the next batch, forward, loss, backward, and then for each
 * parameter w -= learningRate * dL/dw.
 *
 * @param {import('./mlp.js').MLP} mlp
 * @param {import('./cross-entropy.js').CrossEntropy} loss
 * @param {() => { x: Array64, targets: Array64 }} nextBatch
 * @param {{ steps: number, learningRate: number }} options
 * @returns {number[]} the loss of each step, before its update
 */
export function train(mlp, loss, nextBatch, { steps, learningRate }) {
  throw new Error('train in src/train.js is empty');
}
