import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, randomValues } from '../test/support/tensors.js';
import { residualSum } from './index.js';

failOnLeaks();

describe('the sum of a residual block', () => {
  it('is the sum, with the gradient of tf.add', () => {
    tf.tidy(() => {
      const [x, branch, dy] = [1, 2, 3].map((seed) => tf.tensor(randomValues(seed, 72), [2, 3, 3, 4]));
      const gradients = (sum: typeof residualSum) =>
        tf
          .grads((a, b) => sum(tf.square(a!), tf.sin(b!)))([x!, branch!], dy)
          .map((each) => each.arraySync());
      expect(residualSum(x!, branch!).arraySync()).toEqual(tf.add(x!, branch!).arraySync());
      expect(gradients(residualSum)).toEqual(gradients((a, b) => tf.add(a, b)));
    });
  });

  it('adds the gradients of a tensor that is both', () => {
    tf.tidy(() => {
      expect(
        tf
          .grad((a) => residualSum(a, a))(tf.tensor1d([1, 2, 3]))
          .arraySync(),
      ).toEqual([2, 2, 2]);
    });
  });

  it('has second derivatives', () => {
    tf.tidy(() => {
      const second = tf.grad((x) => tf.grad((a: tf.Tensor) => residualSum(tf.mul(tf.square(a), a), a))(x));
      const [first, last] = second(tf.tensor1d([1, 2])).dataSync();
      expect([first, last]).toEqual([expect.closeTo(6, 4), expect.closeTo(12, 4)]);
    });
  });

  it('keeps neither input for the backward pass', () => {
    tf.tidy(() => {
      const added = (sum: typeof residualSum) => {
        let tensors = 0;
        tf.grad((x) => {
          const { numTensors } = tf.memory();
          const y = sum(x, x);
          tensors = tf.memory().numTensors - numTensors;
          return y;
        })(tf.ones([8]));
        return tensors;
      };
      expect([added(residualSum), added((x, branch) => tf.add(x, branch))]).toEqual([1, 3]);
    });
  });

  it('refuses shapes that differ, and other types', () => {
    tf.tidy(() => {
      expect(() => residualSum(tf.zeros([2, 3]), tf.zeros([3]))).toThrow(
        new RangeError('residualSum: x has shape [2, 3] and branch [3], but one shape is needed; tf.add broadcasts.'),
      );
      expect(() => residualSum(tf.zeros([2]), tf.zeros([2], 'int32'))).toThrow(
        new TypeError('residualSum: branch has dtype int32, but float32 is needed; cast it first.'),
      );
    });
  });
});
