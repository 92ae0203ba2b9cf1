import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { failOnLeaks } from '../../test/support/tensors.js';
import { Linear } from './linear.js';

failOnLeaks();

describe('Linear', () => {
  it('is x W + b, from weights, then biases, of its seed', () => {
    const linear = new Linear({ units: 2, seed: 9 });
    tf.tidy(() => {
      const y = linear.apply(tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], [4, 3])) as tf.Tensor2D;
      const rng = new RandomState(9);
      const bound = 1 / Math.sqrt(3);
      const [w, b] = [6, 2].map((n) => Array.from({ length: n }, () => Math.fround(rng.uniform(-bound, bound))));
      const expected = [0, 1, 2].map((i) => [0, 1].map((o) => Math.fround(w![3 * o + i]! + b![o]!)));
      expect(y.arraySync()).toEqual([...expected, b]);
    });
    linear.dispose();
  });

  it('refuses what is not a matrix, and wrong arguments', () => {
    expect(() => new Linear({ name: 'linear', units: 1, seed: 1 }).build([null, 2, 2])).toThrow(
      'linear: the input has shape [null,2,2], but [batch, features] with a known number of features is needed.',
    );
    expect(() => new Linear({ name: 'linear', units: -1, seed: 1 })).toThrow(
      'linear: units must be a whole number of 1 or more; got -1.',
    );
    expect(() => new Linear({ name: 'linear', units: 1 } as never)).toThrow('linear: seed is missing');
  });

  it('starts from zeros where it is told to', () => {
    const linear = new Linear({ units: 2, seed: 9, start: 'zeros' });
    linear.build([null, 3]);
    tf.tidy(() => {
      expect(linear.getWeights().map((weight) => [...weight.dataSync()])).toEqual([
        [0, 0, 0, 0, 0, 0],
        [0, 0],
      ]);
    });
    expect(linear.getConfig()).toMatchObject({ units: 2, seed: 9, start: 'zeros' });
    tf.dispose(linear.getWeights());
    expect(() => new Linear({ name: 'linear', units: 1, seed: 1, start: 'ones' as never })).toThrow(
      'linear: start must be one of uniform, zeros; got "ones"',
    );
  });
});
