// The practical's training run at its defaults, on the real images, against a NumPy implementation of it in float64.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cifar10CacheDir, loadCifar10 } from '@cifarlab/cifar10';
import { RandomState } from '@cifarlab/numpy-random';
import { registerOrtBackend } from '@cifarlab/tfjs-backend-ort';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createMlp } from '../src/index.js';
import golden from './fixtures/mlp-numpy.json' with { type: 'json' };
import { evaluate, largestRelativeDifference, train } from './support/train.js';

it('follows NumPy for 1400 steps', { timeout: 600_000 }, async (context) => {
  if (!existsSync(join(cifar10CacheDir(), 'cifar-10-records.bin')) && process.env.CIFARLAB_REAL_DATA !== 'fetch') {
    context.skip('CIFAR-10 is not in the cache; CIFARLAB_REAL_DATA=fetch downloads it');
  }
  registerOrtBackend();
  await tf.setBackend('ort');
  const rng = new RandomState(golden.seed);
  const model = createMlp({ nInputs: 3072, nHidden: golden.hidden, numClasses: 10, rng });
  const data = await loadCifar10({ rng });
  const { train_loss: expected, batch_size: batchSize, learning_rate: learningRate, evals } = golden;
  const losses = train(model, data, { steps: expected.length, batchSize, learningRate });
  expect(losses).toHaveLength(1400);
  const difference = (steps: number) => largestRelativeDifference(losses.slice(0, steps), expected.slice(0, steps));
  expect(difference(400)).toBeLessThan(1e-6);
  // Rounding grows as training goes on; how far depends on the processor.
  expect(difference(1400)).toBeLessThan(2e-2);
  const { loss, accuracy } = evaluate(model, data, 1000);
  const { test_loss, test_acc } = evals.at(-1)!;
  expect(largestRelativeDifference([loss], [test_loss])).toBeLessThan(5e-3);
  expect(Math.abs(accuracy - test_acc)).toBeLessThan(5e-3);
  model.dispose();
});
