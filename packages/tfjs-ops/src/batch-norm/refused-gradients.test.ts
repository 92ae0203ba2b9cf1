import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { randomValues } from '../../test/support/tensors.js';
import { batchNormTraining } from '../index.js';

// No check of leaks here: tfjs keeps what it saved for a gradient that throws.
const x = () => tf.tensor(randomValues(1, 18), [6, 3]);
const normalise = (x: tf.Tensor) => batchNormTraining(x, tf.ones([3]), tf.zeros([3]));

it.each(['mean', 'variance'] as const)('no gradient goes through %s', (name) => {
  const loss = (x: tf.Tensor) => {
    const outputs = normalise(x);
    return tf.add(tf.sum(outputs.y), tf.sum(outputs[name]));
  };
  expect(() => tf.grad(loss)(x())).toThrow(
    `batchNormTraining: the loss depends on the output '${name}', which has no gradient: it is for running statistics.`,
  );
});

it('gradients are not differentiable themselves', () => {
  const first = tf.grad((x: tf.Tensor) => tf.square(normalise(x).y));
  expect(() => tf.grad((x: tf.Tensor) => tf.sum(first(x)))(x())).toThrow(
    /batchNormTraining has first derivatives only/,
  );
});
