// Against torchvision, in float64: test/fixtures/make-fixtures.py wrote the values.
import { RandomState } from '@cifarlab/numpy-random';
import { torchEntries } from '@cifarlab/torch-layers';
import { type Summary, seededState, summary, summaryError } from '@cifarlab/torch-layers/testing';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { createResNet, loadTorchState, preprocess, type ResNetOptions, toTorchState } from '../src/index.js';
import golden from './fixtures/golden.json' with { type: 'json' };
import { failOnLeaks, maxNormError, useBackend } from './support/tensors.js';

failOnLeaks();

async function seeded(options: ResNetOptions, seed: number): Promise<LayersModel> {
  const model = createResNet(options);
  loadTorchState(model, seededState(await toTorchState(model), seed));
  return model;
}

it('ResNet-18 has the names, the parameters and the logits of torchvision', async (context) => {
  await useBackend('ort', context);
  const model = await seeded({ numClasses: 10 }, golden.seeded.seed);
  expect(Object.keys(await toTorchState(model)).sort()).toEqual(golden.names);
  const bytes = new RandomState(1).randint(0, 256, [2, 64, 64, 3]);
  tf.tidy(() => {
    const x = preprocess(tf.tensor4d(Int32Array.from(bytes), [2, 64, 64, 3], 'int32'));
    expect(maxNormError(x.dataSync().slice(0, 3), golden.seeded.first)).toBeLessThan(1e-6);
    const logits = model.predict(x) as tf.Tensor;
    expect(maxNormError(logits.dataSync(), golden.seeded.logits.flat())).toBeLessThan(2e-6);
  });
  model.dispose();
});

it.each(['resnet18', 'resnet34'] as const)('%s has the parameters of torchvision', (variant) => {
  const width = 4;
  const model = createResNet({ variant, width });
  const counts = model.trainableWeights.map(({ shape }) => {
    // What the network proper has: 16 times as many channels, but for images and classes.
    const factor = shape.filter((size) => size! % width === 0 && size !== 1000).length;
    return tf.util.sizeFromShape(shape as number[]) * 16 ** factor;
  });
  expect(counts.reduce((sum, count) => sum + count)).toBe(golden.parameters[variant]);
  model.dispose();
});

const { small } = golden;

/** Gradients below this norm are 0, but for rounding: of offsets that a batch normalisation takes away. */
const ZERO = 0.1;

describe.each(['frozen', 'training'] as const)('a small network with %s statistics', (batchNorm) => {
  it('has the logits, all gradients and the statistics of torchvision', async (context) => {
    await useBackend('ort', context);
    const model = await seeded({ variant: [1, 2, 1, 1], numClasses: 5, batchNorm }, small.seed);
    const before = await toTorchState(model);
    const expected = small[batchNorm];
    const images = smallImages();
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { value, grads } = tf.variableGrads(() => {
      const logits = model.apply(images, { training: true, step: 1 }) as tf.Tensor2D;
      expect(maxNormError(logits.dataSync(), expected.logits.flat())).toBeLessThan(2e-5);
      return tf.losses.softmaxCrossEntropy(tf.oneHot([0, 1, 2, 3], 5), logits) as tf.Scalar;
    }, [...variables, images]);
    expect(value.dataSync()[0]).toBeCloseTo(expected.loss, 4);

    const gradients: Record<string, Summary> = { x: summary(channelsFirst(grads[images.name]!)) };
    for (const { name, weight, toTorch } of torchEntries(model)) {
      if (weight.trainable) gradients[name] = summary(toTorch(grads[weight.name]!.dataSync()));
    }
    tf.dispose([value, grads, images]);
    expectNear(gradients, expected.gradients, 1e-4);

    const after = await toTorchState(model);
    model.dispose();
    if (batchNorm === 'frozen') {
      expect(after).toEqual(before);
    } else {
      const statistics = Object.entries(after).filter(([name]) => name.includes('running'));
      const summaries = Object.fromEntries(statistics.map(([name, { data }]) => [name, summary(data)]));
      expectNear(summaries, small.training.statistics, 1e-5);
    }
  });
});

function expectNear(found: Record<string, Summary>, expected: Record<string, number[]>, tolerance: number): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  const errors = Object.entries(found).map(([name, one]) => ({
    name,
    error: summaryError(one, expected[name] as Summary, ZERO),
  }));
  expect(errors.filter(({ error }) => !(error < tolerance))).toEqual([]);
}

/** The images that NumPy draws for torchvision, as a variable. */
function smallImages(): tf.Variable<tf.Rank.R4> {
  const values = new RandomState(small.seed).uniform(-1, 1, tf.util.sizeFromShape(small.size));
  return tf.tidy(() =>
    tf.variable(tf.tensor4d(Float32Array.from(values), small.size as [number, number, number, number])),
  );
}

function channelsFirst(x: tf.Tensor): Float32Array {
  return tf.tidy(() => tf.transpose(x, [0, 3, 1, 2]).dataSync<'float32'>());
}
