import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import '../../test/support/tensors.js';
import { smoothActivation } from '../index.js';

// No check of leaks here: tfjs keeps what it saved for a gradient that throws.
it('gradients are not differentiable themselves', () => {
  const first = tf.grad((x: tf.Tensor) => smoothActivation(x, 'silu'));
  expect(() => tf.grad((x: tf.Tensor) => tf.sum(first(x)))(tf.tensor([1]))).toThrow(
    'smoothActivation has first derivatives only',
  );
});
