// The practical's training run at its defaults, on the real images, against a NumPy implementation of it in float64.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cifar10CacheDir, loadCifar10 } from '@cifarlab/cifar10';
import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createMlp } from '../src/index.js';
import golden from './fixtures/mlp-numpy.json' with { type: 'json' };
import { startOrt } from './support/tensors.js';
import { evaluate, largestRelativeDifference, train } from './support/train.js';

it('follows every loss of NumPy over 1400 steps', { timeout: 600_000 }, async (context) => {
  if (!existsSync(join(cifar10CacheDir(), 'cifar-10-records.bin')) && process.env.CIFARLAB_REAL_DATA !== 'fetch') {
    context.skip('CIFAR-10 is not in the cache; CIFARLAB_REAL_DATA=fetch downloads it');
  }
  startOrt();
  await tf.setBackend('ort');
  const rng = new RandomState(golden.seed);
  const model = createMlp({ nInputs: 3072, nHidden: golden.hidden, nClasses: 10, rng });
  const data = await loadCifar10({ rng });
  const t = performance.now();
  const losses = train(model, data, {
    steps: golden.train_loss.length,
    batchSize: golden.batch_size,
    learningRate: golden.learning_rate,
  });
  console.log(performance.now() - t);
  console.log(losses.length, largestRelativeDifference(losses, golden.train_loss), evaluate(model, data, 1000));
  model.dispose();
});
