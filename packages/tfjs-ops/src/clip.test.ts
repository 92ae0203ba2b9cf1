import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { failOnLeaks } from '../test/support/tensors.js';
import { clipByValue, clipGlobalNorm } from './index.js';

failOnLeaks();

const gradients = () => ({ a: tf.tensor1d([3, 0]), b: tf.tensor2d([[-4]]), missing: null as unknown as tf.Tensor });

describe('clipGlobalNorm', () => {
  it("scales all gradients by maxNorm / (norm + 1e-6), PyTorch's clip_grad_norm_", () => {
    tf.tidy(() => {
      const given = gradients();
      const { gradients: clipped, norm } = clipGlobalNorm(given, 1);
      expect(norm.dataSync()[0]).toBe(5);
      expect(Object.keys(clipped)).toEqual(['a', 'b']);
      expect(clipped.a!.dataSync()[0]).toBeCloseTo(3 / (5 + 1e-6), 7);
      expect(clipped.b!.dataSync()[0]).toBeCloseTo(-4 / (5 + 1e-6), 7);
      expect(clipped.b!.shape).toEqual([1, 1]);
      expect([...given.a.dataSync()]).toEqual([3, 0]);
    });
  });

  it('leaves gradients within the norm as they are, also all zeros', () => {
    tf.tidy(() => {
      expect([...clipGlobalNorm(gradients(), 5.1).gradients.a!.dataSync()]).toEqual([3, 0]);
      expect([...clipGlobalNorm({ a: tf.zeros([2]) }, 1e-9).gradients.a!.dataSync()]).toEqual([0, 0]);
    });
  });

  it('adds 1e-6 to the norm, which shows in small norms', () => {
    tf.tidy(() => {
      const { gradients: clipped } = clipGlobalNorm({ a: tf.tensor1d([1e-6]) }, 1e-6);
      expect(clipped.a!.dataSync()[0]! / 5e-7).toBeCloseTo(1, 5);
    });
  });

  it('spreads a NaN', () => {
    tf.tidy(() => {
      const { gradients: clipped } = clipGlobalNorm({ a: tf.tensor1d([Number.NaN]), b: tf.tensor1d([1]) }, 1);
      expect(clipped.b!.dataSync()[0]).toBeNaN();
    });
  });

  it('refuses a bad norm and no gradients', () => {
    expect(() => clipGlobalNorm({}, 1)).toThrow('The global norm needs at least one gradient; got none.');
    expect(() => clipGlobalNorm({}, 0)).toThrow('maxNorm must be a finite number above 0; got 0.');
  });
});

describe('clipByValue', () => {
  it('limits every element', () => {
    tf.tidy(() => {
      const clipped = clipByValue(gradients(), 3.5);
      expect(Object.keys(clipped)).toEqual(['a', 'b']);
      expect([...clipped.a!.dataSync()]).toEqual([3, 0]);
      expect([...clipped.b!.dataSync()]).toEqual([-3.5]);
    });
    expect(() => clipByValue({}, -1)).toThrow('maxValue must be a finite number above 0; got -1.');
  });
});

it('makes as many tensors as it returns', () => {
  const { missing: _, ...given } = gradients();
  const before = tf.memory().numTensors;
  const { gradients: clipped, norm } = clipGlobalNorm(given, 1);
  expect(tf.memory().numTensors).toBe(before + 3);
  tf.dispose([clipByValue(given, 1), clipped, norm]);
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(given);
});
