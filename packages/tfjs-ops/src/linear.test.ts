import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, maxNormError, randomValues } from '../test/support/tensors.js';
import { linear } from './index.js';

failOnLeaks();

const random = (shape: number[], seed: number) => tf.tensor(randomValues(seed, tf.util.sizeFromShape(shape)), shape);

describe('linear', () => {
  it('is x W + b with the gradients of tf.matMul and tf.add, for any sizes', () => {
    const size = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(size, size, size, fc.nat(10000), (samples, nIn, nOut, seed) => {
        tf.tidy(() => {
          const inputs = [random([samples, nIn], seed), random([nIn, nOut], seed + 1), random([nOut], seed + 2)];
          const dy = random([samples, nOut], seed + 3);
          const formula = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => tf.add(tf.matMul(x, weight), bias);
          const gradients = (f: typeof formula) => tf.grads((x, w, b) => f(x!, w!, b!))(inputs, dy);
          const [x, weight, bias] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor];
          expect(maxNormError(linear(x, weight, bias), formula(x, weight, bias).dataSync())).toBeLessThan(1e-6);
          const expected = gradients(formula);
          gradients(linear).forEach((gradient, i) => {
            expect(gradient.shape).toEqual(expected[i]!.shape);
            expect(maxNormError(gradient, expected[i]!.dataSync(), 1)).toBeLessThan(1e-6);
          });
        });
      }),
      { numRuns: 30 },
    );
  });

  it('makes the gradients that are needed, and no other', async () => {
    const [x, weight, bias] = [random([4, 3], 1), random([3, 2], 2), random([2], 3)];
    const products = async (wanted: tf.Tensor[]) => {
      const { kernels } = await tf.profile(() => {
        tf.tidy(() => void tf.grads((..._wanted) => linear(x, weight, bias))(wanted));
      });
      return kernels.filter(({ name }) => name === 'BatchMatMul').length;
    };
    expect([await products([bias]), await products([weight, bias]), await products([x, weight])]).toEqual([0, 1, 2]);
    tf.dispose([x, weight, bias]);
  });

  it('has second derivatives', () => {
    tf.tidy(() => {
      const [weight, bias] = [tf.tensor2d([[2], [3]]), tf.tensor1d([1])];
      const penalty = (x: tf.Tensor) => tf.square(tf.grad((a: tf.Tensor) => tf.square(linear(a, weight, bias)))(x));
      // y = 2a + 3b + 1 and its square's gradient (4y, 6y): the sum of their squares, 52 y^2, has the gradient 104 y (2, 3).
      expect([
        ...tf
          .grad(penalty)(tf.tensor2d([[1, 1]]))
          .dataSync(),
      ]).toEqual([1248, 1872]);
    });
  });

  it.each([
    [[[4], [4, 2], [2]], 'linear: x has shape [4], but [S, in] is needed; reshape it.'],
    [[[3, 4], [5, 2], [2]], 'linear: weight has shape [5, 2], but x of shape [3, 4] needs [4, out].'],
    [[[3, 4], [4, 2], [3]], 'linear: bias has shape [3], but a weight of shape [4, 2] needs [2].'],
  ])('refuses shapes %j', (shapes, message) => {
    tf.tidy(() => {
      const [x, weight, bias] = shapes.map((shape) => tf.zeros(shape)) as [tf.Tensor, tf.Tensor, tf.Tensor];
      expect(() => linear(x, weight, bias)).toThrow(new RangeError(message));
    });
  });

  it('refuses other types', () => {
    tf.tidy(() => {
      const bias = tf.zeros([2], 'int32');
      expect(() => linear(tf.zeros([3, 4]), tf.zeros([4, 2]), bias)).toThrow(
        new TypeError('linear: bias has dtype int32, but float32 is needed; cast it first.'),
      );
    });
  });
});
