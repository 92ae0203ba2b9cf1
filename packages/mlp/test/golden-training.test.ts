// The practical's training run, on 240 images of CIFAR-10, against a NumPy implementation of it in float64.
import { fileURLToPath } from 'node:url';
import { loadCifar10 } from '@cifarlab/cifar10';
import { RandomState } from '@cifarlab/numpy-random';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMlp, toState } from '../src/index.js';
import golden from './fixtures/mlp-mini.json' with { type: 'json' };
import { BACKENDS, failOnLeaks, startOrt } from './support/tensors.js';
import { evaluate, largestRelativeDifference, train } from './support/train.js';

const dataDir = fileURLToPath(new URL('../../cifar10/test/fixtures/cifar10-mini', import.meta.url));

beforeAll(startOrt);

describe.each(BACKENDS)('%s', (backend) => {
  failOnLeaks(() => backend);

  it('follows every loss of NumPy to 1e-6 of it, as far as float32 goes', async () => {
    // One generator draws the weights, layer by layer, and then the order of the batches.
    const rng = new RandomState(golden.seed);
    const model = createMlp({ nInputs: 3072, nHidden: golden.hidden, numClasses: 10, rng });
    const data = await loadCifar10({ dataDir, allowUnverified: true, offline: true, rng });
    const { steps, batch_size: batchSize, learning_rate: learningRate } = golden;
    const losses = train(model, data, { steps, batchSize, learningRate });
    expect(losses).toHaveLength(20);
    expect(largestRelativeDifference(losses, golden.train_loss)).toBeLessThan(1e-6);
    const test = evaluate(model, data, 27);
    expect(largestRelativeDifference([test.loss], [golden.test_loss])).toBeLessThan(1e-6);
    expect(test.accuracy).toBe(golden.test_accuracy);
    const state = await toState(model);
    const norms = [0, 1].map((i) => Math.sqrt(state[`layers.${i}.weight`]!.data.reduce((sum, w) => sum + w ** 2, 0)));
    expect(largestRelativeDifference(norms, golden.final_weight_norms)).toBeLessThan(1e-6);
    model.dispose();
  });
});
