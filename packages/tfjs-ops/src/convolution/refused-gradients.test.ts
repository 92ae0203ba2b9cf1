import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { biasedConv2d, rectify } from '../index.js';

// tfjs leaves tensors behind where a backward pass throws, which the other tests of these ops do not allow.
it.each([
  ['biasedConv2d', (x: tf.Tensor4D) => biasedConv2d(x, tf.ones([1, 1, 1, 1]), tf.zeros([1]), { activation: 'relu' })],
  ['rectify', (x: tf.Tensor4D) => rectify(x, 'relu')],
] as const)('%s refuses second derivatives', (name, f) => {
  const first = tf.grad(f as (x: tf.Tensor) => tf.Tensor);
  expect(() => tf.grad((x: tf.Tensor) => first(x))(tf.ones([1, 1, 1, 1]))).toThrow(
    `${name} has first derivatives only`,
  );
});
