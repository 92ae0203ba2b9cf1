// Against PyTorch, in float64: test/fixtures/make-fixtures.py wrote the values.
import { RandomState } from '@cifarlab/numpy-random';
import { SGD } from '@cifarlab/tfjs-ops';
import { torchEntries } from '@cifarlab/torch-layers';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { seededState } from '../../torch-layers/test/support/seeded-state.js';
import { type Summary, summary } from '../../torch-layers/test/support/summary.js';
import { failOnLeaks, maxNormError } from '../../torch-layers/test/support/tensors.js';
import { summaryErrors, trainingSummary } from '../../torch-layers/test/support/training-summary.js';
import { useBackend } from '../../torch-layers/test/support/use-backend.js';
import {
  createFastNet,
  type FastNetOptions,
  loadTorchState,
  toTorchState,
  variableRoles,
  whiten,
  whiteningKernel,
} from '../src/index.js';
import golden from './fixtures/golden.json' with { type: 'json' };

failOnLeaks();

const SIZE = golden.size as [number, number, number, number];
const LABELS = [0, 1, 2, 3];

/** The images that NumPy draws for PyTorch. */
const pixels = Float32Array.from(new RandomState(golden.seed).uniform(-1, 1, tf.util.sizeFromShape(SIZE)));

async function smallNet(options: FastNetOptions): Promise<LayersModel> {
  const [, height, width, channels] = SIZE;
  const model = createFastNet({
    inputShape: [height, width, channels],
    widths: [4, 6, 5],
    numClasses: 5,
    ...options,
  });
  loadTorchState(model, seededState(await toTorchState(model), golden.seed));
  return model;
}

const ACTIVATIONS = ['silu', 'gelu'] as const;
describe.each(
  ACTIVATIONS.flatMap((activation) => (['cpu', 'ort'] as const).map((backend) => ({ activation, backend }))),
)('a small network with $activation on $backend', ({ activation, backend }) => {
  const expected = golden.small[activation];

  it('has the logits, all gradients and the statistics of PyTorch', async (context) => {
    await useBackend(backend, context);
    const model = await smallNet({ activation });
    const images = tf.tensor4d(pixels, SIZE);
    tf.tidy(() => {
      const evaluated = (model.predict(images) as tf.Tensor).dataSync();
      expect(maxNormError(evaluated, expected.evaluation.flat())).toBeLessThan(1e-5);
    });
    const found = trainingSummary(model, images, LABELS);
    expect(maxNormError(found.logits, expected.logits.flat())).toBeLessThan(2e-5);
    expect(found.loss / expected.loss).toBeCloseTo(1, 5);
    expect(summaryErrors(found.gradients, expected.gradients)[0]!.error).toBeLessThan(1e-4);
    expect(summaryErrors(found.statistics, expected.statistics)[0]!.error).toBeLessThan(1e-5);
    images.dispose();
    model.dispose();
  });

  it("takes PyTorch's steps, the whitening's bias in the first two alone", async (context) => {
    await useBackend(backend, context);
    const model = await smallNet({ activation, whiteningBiasSteps: 2 });
    const optimizer = new SGD({ learningRate: 0.05, momentum: 0.85, nesterov: true });
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const [bias] = variableRoles(model).whiteningBias as [tf.Variable];
    const images = tf.tensor4d(pixels, SIZE);
    const targets = tf.tidy(() => tf.add(tf.mul(tf.oneHot(LABELS, 5), 0.8), 0.2 / 5));
    const losses = [1, 2, 3, 4].map((step) => {
      const { value, grads } = tf.variableGrads(
        () =>
          tf.losses.softmaxCrossEntropy(
            targets,
            model.apply(images, { training: true, step }) as tf.Tensor,
          ) as tf.Scalar,
        variables,
      );
      expect(grads[bias.name] == null).toBe(step > 2);
      optimizer.applyGradients(grads);
      const [loss] = value.dataSync();
      tf.dispose([value, grads]);
      return loss!;
    });
    expect(maxNormError(losses, expected.steps.losses)).toBeLessThan(1e-4);
    const state: Record<string, Summary> = Object.fromEntries(
      torchEntries(model).map(({ name, weight, toTorch }) => [name, summary(toTorch(weight.read().dataSync()))]),
    );
    expect(summaryErrors(state, expected.steps.state)[0]!.error).toBeLessThan(1e-3);
    tf.dispose([images, targets]);
    optimizer.dispose();
    model.dispose();
  });
});

it("starts from NumPy's numbers and PyTorch's Dirac filters, array by array", async () => {
  const model = createFastNet();
  const state = await toTorchState(model);
  model.dispose();
  expect(Object.keys(state)).toEqual(golden.initial.map(({ name }) => name));
  for (const { name, shape, first, sum } of golden.initial) {
    const { data, shape: ours } = state[name]!;
    expect(ours, name).toEqual(shape);
    expect([...data.subarray(0, 4)], name).toEqual(first.map(Math.fround));
    expect(
      data.reduce((total, value) => total + value, 0),
      name,
    ).toBeCloseTo(sum, 3);
  }
});

describe('whiten', () => {
  /** [24][12], in PyTorch's order of a patch: channel, row, column. */
  const filtersOf = (data: ArrayLike<number>) =>
    Array.from({ length: 24 }, (_, k) => Array.from({ length: 12 }, (_, i) => data[k * 12 + i]!));

  it("has PyTorch's eigenvectors, up to their signs, and their negatives", async () => {
    const model = createFastNet({ inputShape: [26, 27, 3] });
    whiten(model, pixels, SIZE);
    const found = filtersOf((await toTorchState(model))['whiten.weight']!.data);
    const expected = filtersOf(golden.whitening.kernel);
    for (let k = 0; k < 12; k++) {
      const product = found[k]!.reduce((sum, value, i) => sum + value * expected[k]![i]!, 0);
      const signed = expected[k]!.map((value) => Math.sign(product) * value);
      expect(maxNormError(found[k]!, signed), `filter ${k}`).toBeLessThan(1e-4);
      expect(found[12 + k]).toEqual(found[k]!.map((value) => -value));
    }
    model.dispose();
  });

  it('decorrelates the patches: with a small epsilon their second moments become the identity', () => {
    const kernel = whiteningKernel(pixels, SIZE, 1e-9);
    tf.tidy(() => {
      const half = tf.slice(tf.tensor4d(kernel, [2, 2, 3, 24]), [0, 0, 0, 0], [2, 2, 3, 12]) as tf.Tensor4D;
      const outputs = tf.reshape(tf.conv2d(tf.tensor4d(pixels, SIZE), half, 1, 'valid'), [-1, 12]) as tf.Tensor2D;
      const moments = tf.div(tf.matMul(outputs, outputs, true), outputs.shape[0]);
      expect(maxNormError(moments.dataSync(), tf.eye(12).dataSync())).toBeLessThan(1e-4);
    });
  });

  it.each<[string, () => void]>([
    ['the images have shape [2, 1, 4, 3], but', () => whiteningKernel(new Float32Array(24), [2, 1, 4, 3], 1)],
    [
      'images of shape [1, 2, 2, 3] have 12 numbers; got 11',
      () => whiteningKernel(new Float32Array(11), [1, 2, 2, 3], 1),
    ],
    ['epsilon must be a number above 0; got 0', () => whiteningKernel(new Float32Array(12), [1, 2, 2, 3], 0)],
    ['have values that are not finite', () => whiteningKernel(new Float32Array(12).fill(Number.NaN), [1, 2, 2, 3], 1)],
  ])('%s', (message, run) => {
    expect(run).toThrow(message);
  });
});
