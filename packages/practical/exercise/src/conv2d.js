import { zeros } from './arrays.js';

/** @typedef {import('./arrays.js').Array64} Array64 */

/**
 * Question 1.1 d (bonus): a convolution of stride 1 without padding,
 *
 *     Y[s,o,i,j] = b[o] + sum_{c,p,q} W[o,c,p,q] X[s,c,i+p,j+q]
 *
 * X is [S, C, H, W], the weight [O, C, k, k], b [O], Y [S, O, H - k + 1, W - k + 1].
 */
export class Conv2d {
  /**
   * @param {number} inChannels C
   * @param {number} outChannels O
   * @param {number} kernelSize k
   * @param {{ rng: import('@cifarlab/numpy-random').RandomState }} options the generator of the weights
   */
  constructor(inChannels, outChannels, kernelSize, { rng }) {
    const shape = [outChannels, inChannels, kernelSize, kernelSize];
    this.params = { weight: zeros(shape), bias: zeros([outChannels]) };
    this.grads = { weight: zeros(shape), bias: zeros([outChannels]) };
    this.params.weight.data.set(rng.normal(0, 0.1, this.params.weight.size));
  }

  /**
   * @param {Array64} x [S, C, H, W]
   * @returns {Array64} [S, O, H - k + 1, W - k + 1]
   */
  forward(x) {
    throw new Error('Conv2d.forward in src/conv2d.js is empty');
  }

  /**
   * Sets `grads.weight` and `grads.bias`, and returns dL/dX.
   *
   * @param {Array64} dout dL/dY
   * @returns {Array64} [S, C, H, W]
   */
  backward(dout) {
    throw new Error('Conv2d.backward in src/conv2d.js is empty');
  }
}
