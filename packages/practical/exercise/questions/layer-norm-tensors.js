// Tests of layer normalisation in TensorFlow.js, for questions 3.1 and 3.2 c.
import test from 'node:test';
import { evalNumericalGradientArray } from '@cifarlab/gradcheck';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { array, assertClose, randn, valuesOf } from './checks.js';

/** The formula, in float64. */
function reference(x, gamma, beta, epsilon) {
  const [S, M] = x.shape;
  const y = array(new Array(S * M).fill(0), [S, M]);
  for (let s = 0; s < S; s += 1) {
    const row = Array.from({ length: M }, (_, m) => x.get(s, m));
    const mean = row.reduce((sum, value) => sum + value) / M;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / M;
    for (let m = 0; m < M; m += 1) {
      y.set(s, m, (gamma.get(m) * (row[m] - mean)) / Math.sqrt(variance + epsilon) + beta.get(m));
    }
  }
  return y;
}

export function testLayerNorm(name, layerNorm) {
  const epsilon = 0.01;
  const inputs = { x: randn(11, [4, 5]), gamma: randn(12, [5]), beta: randn(13, [5]) };
  const tensors = () => Object.values(inputs).map((input) => tf.tensor(valuesOf(input), [...input.shape]));

  test(`${name} gives the values of the formula`, () => {
    const [x, gamma, beta] = tensors();
    const y = layerNorm(x, gamma, beta, { epsilon });
    assertClose(y, reference(inputs.x, inputs.gamma, inputs.beta, epsilon), 'y', 1e-4);
  });

  test(`${name} has the gradients of the formula`, () => {
    const dout = randn(14, [4, 5]);
    const weights = tf.tensor(valuesOf(dout), [4, 5]);
    const gradients = tf.grads((x, gamma, beta) => tf.sum(tf.mul(layerNorm(x, gamma, beta, { epsilon }), weights)));
    const found = gradients(tensors());
    for (const [index, key] of ['x', 'gamma', 'beta'].entries()) {
      const values = () => reference(inputs.x, inputs.gamma, inputs.beta, epsilon);
      assertClose(found[index], evalNumericalGradientArray(values, inputs[key], dout), `dL/d${key}`, 1e-3);
    }
  });
}
