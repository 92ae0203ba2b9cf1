import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { activate } from '../test/support/reference.js';
import { failOnLeaks } from '../test/support/tensors.js';
import { ACTIVATIONS, createActivation } from './activations.js';

failOnLeaks();

const x = [-5, -1, -1e-3, 0, 0.5, 1, 4];

it.each(ACTIVATIONS)('%s has the values of its formula', (activation) => {
  const layer = createActivation(activation, 'f', 0.02);
  expect(layer.name).toBe('f');
  const y = tf.tidy(() => (layer.apply(tf.tensor(x, [1, 7])) as tf.Tensor).dataSync());
  const expected = x.map((value) => activate(value, { activation, negativeSlope: 0.02 }));
  for (const [i, value] of expected.entries()) expect(y[i]).toBeCloseTo(value, 6);
  layer.dispose();
});

it('gelu is that of the erf, and not its approximation by tanh', () => {
  const y = tf.tidy(() => (createActivation('gelu', 'f', 0).apply(tf.tensor([-2])) as tf.Tensor).dataSync());
  // scipy.stats.norm.cdf(-2) * -2; the approximation gives -0.04540.
  expect(y[0]).toBeCloseTo(-0.0455003, 6);
});
