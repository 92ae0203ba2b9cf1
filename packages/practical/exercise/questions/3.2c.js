import assert from 'node:assert/strict';
import test from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { layerNorm } from '../src/layer-norm-op.js';
import { testLayerNorm } from './layer-norm-tensors.js';

testLayerNorm('layerNorm', layerNorm);

test('layerNorm does not leak tensors', () => {
  const [x, gamma, beta] = [tf.randomNormal([3, 4]), tf.ones([4]), tf.zeros([4])];
  const before = tf.memory().numTensors;
  layerNorm(x, gamma, beta, { epsilon: 0.01 }).dispose();
  assert.equal(tf.memory().numTensors, before);
});
