import assert from 'node:assert/strict';
import test from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { createConvNet } from '../src/convnet.js';

const countTrainable = (model) =>
  model.trainableWeights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

test('createConvNet maps images to logits', () => {
  const model = createConvNet({ width: 2, numClasses: 7 });
  const logits = model.predict(tf.randomNormal([2, 32, 32, 3]));
  assert.deepEqual(logits.shape, [2, 7]);
  assert.ok([...logits.dataSync()].every(Number.isFinite), 'the logits are finite');
});

test('createConvNet has the parameters of Figure 5', () => {
  const counts = [1, 2, 3].map((width) => countTrainable(createConvNet({ width, numClasses: 10 })));
  assert.deepEqual(counts, [2998, 11416, 25264]);
});

test('createConvNet can be trained', () => {
  const model = createConvNet({ width: 2, numClasses: 2 });
  const images = tf.randomNormal([4, 32, 32, 3], 0, 1, 'float32', 1);
  const targets = tf.tensor2d([1, 0, 0, 1, 1, 0, 0, 1], [4, 2]);
  const lossOf = () => tf.losses.softmaxCrossEntropy(targets, model.apply(images, { training: true }));
  const optimizer = tf.train.adam(0.01);
  const variables = model.trainableWeights.map((weight) => weight.read());
  const losses = Array.from({ length: 4 }, () => optimizer.minimize(lossOf, true, variables).dataSync()[0]);
  assert.ok(losses.at(-1) < losses[0], `the losses are ${losses}`);
});
