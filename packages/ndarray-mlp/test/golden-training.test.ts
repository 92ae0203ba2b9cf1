// The practical's training run, on 240 images of CIFAR-10, against a NumPy implementation of it in float64.
import { fileURLToPath } from 'node:url';
import { loadCifar10 } from '@cifarlab/cifar10';
import { RandomState } from '@cifarlab/numpy-random';
import ops from 'ndarray-ops';
import { describe, expect, it } from 'vitest';
import { MLP, MlpLearner, type MlpOptions } from '../src/index.js';
import golden from './fixtures/mlp-mini.json' with { type: 'json' };

const dataDir = fileURLToPath(new URL('../../cifar10/test/fixtures/cifar10-mini', import.meta.url));

/** Trains as the golden run did: one generator draws the weights, layer by layer, and then the order of the batches. */
async function train(options: MlpOptions) {
  const rng = new RandomState(golden.seed);
  const model = new MLP(3072, golden.hidden, 10, { ...options, rng });
  const learner = new MlpLearner(model);
  const data = await loadCifar10({ dataDir, allowUnverified: true, offline: true, rng });
  const losses: number[] = [];
  const accuracies: number[] = [];
  for (let step = 1; step <= golden.steps; step++) {
    const { count, loss, correct } = learner.trainStep(data.train.nextBatch(golden.batch_size), {
      learningRate: golden.learning_rate,
    });
    losses.push(loss / count);
    accuracies.push(correct / count);
  }
  // Two ragged batches, whose sums add up.
  const test = { count: 0, loss: 0, correct: 0 };
  for (const batch of data.test.batches(27)) {
    const sums = learner.evalStep(batch);
    test.count += sums.count;
    test.loss += sums.loss;
    test.correct += sums.correct;
  }
  return { model, losses, accuracies, test };
}

describe.each([
  ['logits into SoftMaxCrossEntropy', { output: 'logits' }],
  ['probabilities into CrossEntropy', { output: 'probabilities' }],
] as [string, MlpOptions][])('%s', (_name, options) => {
  it('follows every loss of NumPy to 1e-9', async () => {
    const { model, losses, accuracies, test } = await train(options);
    expect(losses).toHaveLength(golden.train_loss.length);
    const worst = Math.max(...losses.map((loss, i) => Math.abs(loss - golden.train_loss[i]!)));
    expect(worst).toBeLessThan(1e-9);
    expect(accuracies).toEqual(golden.train_accuracy);
    expect(test.count).toBe(40);
    expect(Math.abs(test.loss / test.count - golden.test_loss)).toBeLessThan(1e-9);
    expect(test.correct / test.count).toBe(golden.test_accuracy);
    const norms = [model.params['layers.0.weight']!, model.params['layers.1.weight']!].map((w) => ops.norm2(w));
    norms.forEach((norm, i) => {
      expect(Math.abs(norm - golden.final_weight_norms[i]!)).toBeLessThan(1e-9);
    });
  });
});

it('follows NumPy in float32 as far as float32 goes', async () => {
  const { losses, test } = await train({ dtype: 'float32' });
  const worst = Math.max(...losses.map((loss, i) => Math.abs(loss - golden.train_loss[i]!)));
  expect(worst).toBeLessThan(1e-4);
  expect(worst).toBeGreaterThan(1e-9);
  expect(Math.abs(test.loss / test.count - golden.test_loss)).toBeLessThan(1e-4);
});
