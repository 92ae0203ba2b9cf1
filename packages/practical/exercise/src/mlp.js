/**
 * @typedef {import('./arrays.js').Array64} Array64
 *
 * @typedef {object} Module
 * @property {Record<string, Array64>} params
 * @property {Record<string, Array64>} grads
 * @property {(x: Array64) => Array64} forward
 * @property {(dout: Array64) => Array64} backward
 */

/** Question 1.2: the multi-layer perceptron. Each hidden layer is a `Linear` and an `ELU`; the end a `Linear` and a `SoftMax`. */
export class MLP {
  /** @type {readonly Module[]} */
  modules;

  /**
   * @param {number} nInputs features per sample
   * @param {readonly number[]} nHidden units of each hidden layer; none for logistic regression
   * @param {number} numClasses
   * @param {{ rng: import('@cifarlab/numpy-random').RandomState }} options the generator of the weights
   */
  constructor(nInputs, nHidden, numClasses, { rng }) {
    this.modules = createModules(nInputs, nHidden, numClasses, rng);
    this.params = gather(this.modules, 'params');
    this.grads = gather(this.modules, 'grads');
  }

  /**
   * @param {Array64} x [S, nInputs]
   * @returns {Array64} probabilities, [S, numClasses]
   */
  forward(x) {
    throw new Error('MLP.forward in src/mlp.js is empty');
  }

  /**
   * Runs the backward pass of every module.
   *
   * @param {Array64} dout dL/d(probabilities), [S, numClasses]
   * @returns {Array64} dL/dX, [S, nInputs]
   */
  backward(dout) {
    throw new Error('MLP.backward in src/mlp.js is empty');
  }
}

/**
 * Returns the modules in the order of the forward pass.
 *
 * @param {number} nInputs
 * @param {readonly number[]} nHidden
 * @param {number} numClasses
 * @param {import('@cifarlab/numpy-random').RandomState} rng
 * @returns {Module[]}
 */
function createModules(nInputs, nHidden, numClasses, rng) {
  throw new Error('createModules in src/mlp.js is empty');
}

/**
 * Returns the arrays of all modules in one record: `0.weight`, `0.bias`, `2.weight`, …
 *
 * @param {readonly Module[]} modules
 * @param {'params' | 'grads'} kind
 */
function gather(modules, kind) {
  return Object.fromEntries(
    modules.flatMap((module, index) => Object.entries(module[kind]).map(([name, x]) => [`${index}.${name}`, x])),
  );
}
