// Train 4 equals train 2, save, load, train 2: bit for bit, with dropout and running statistics.
import { SGD } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { createMlp, loadState, type MlpOptions, toState } from '../src/index.js';
import { failOnLeaks, randn } from './support/tensors.js';

failOnLeaks();

const make = (options: Partial<MlpOptions>) =>
  createMlp({ nInputs: 6, nHidden: [8, 7], numClasses: 3, init: 'pytorch', dropout: 0.4, ...options });

function train(model: LayersModel, optimizer: SGD, from: number, to: number): void {
  for (let step = from; step <= to; step++) {
    tf.tidy(() => {
      const x = tf.tensor(randn(step, 60), [10, 6]);
      const loss = () => tf.mean<tf.Scalar>(tf.square(model.apply(x, { training: true, step }) as tf.Tensor));
      optimizer.applyGradients(optimizer.computeGradients(loss).grads);
    });
  }
}

it.each(['none', 'layer', 'batch'] as const)('norm %s', async (norm) => {
  const options = { learningRate: 0.1, momentum: 0.9 };
  const [whole, first, second] = [make({ norm }), make({ norm }), make({ norm, init: 'he' })];
  const optimizers = [new SGD(options), new SGD(options), new SGD(options)] as const;
  train(whole, optimizers[0], 1, 4);
  train(first, optimizers[1], 1, 2);
  loadState(second, await toState(first));
  optimizers[2].loadStateDict(await optimizers[1].stateDict());
  train(second, optimizers[2], 3, 4);
  expect(await toState(second)).toEqual(await toState(whole));
  expect(await toState(first)).not.toEqual(await toState(whole));
  for (const model of [whole, first, second]) model.dispose();
  for (const optimizer of optimizers) optimizer.dispose();
});
