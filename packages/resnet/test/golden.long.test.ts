// Against torchvision, in float64: test/fixtures/make-fixtures.py wrote the values.
import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { seededState } from '../../torch-layers/test/support/seeded-state.js';
import { failOnLeaks, maxNormError } from '../../torch-layers/test/support/tensors.js';
import { summaryErrors, trainingSummary } from '../../torch-layers/test/support/training-summary.js';
import { useBackend } from '../../torch-layers/test/support/use-backend.js';
import {
  createResNet,
  loadTorchState,
  preprocess,
  type ResNetOptions,
  type TorchState,
  toTorchState,
} from '../src/index.js';
import golden from './fixtures/golden.json' with { type: 'json' };

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
    // The network proper has 16 times as many channels, except for images and classes.
    const factor = shape.filter((size) => size! % width === 0 && size !== 1000).length;
    return tf.util.sizeFromShape(shape as number[]) * 16 ** factor;
  });
  expect(counts.reduce((sum, count) => sum + count)).toBe(golden.parameters[variant]);
  model.dispose();
});

const { small } = golden;

/** Gradients below this norm are 0 except for rounding: of offsets that a batch normalisation takes away. */
const ZERO = 0.1;

const MODES = ['frozen', 'training'] as const;
describe.each(MODES)('a small network with %s statistics', (batchNorm) => {
  it('has the logits, all gradients and the statistics of torchvision', async (context) => {
    await useBackend('ort', context);
    const model = await seeded({ variant: [1, 2, 1, 1], numClasses: 5, batchNorm }, small.seed);
    const before = statisticsOf(await toTorchState(model));
    const expected = small[batchNorm];
    const images = drawnImages();
    const found = trainingSummary(model, images, [0, 1, 2, 3]);
    expect(maxNormError(found.logits, expected.logits.flat())).toBeLessThan(2e-5);
    expect(found.loss / expected.loss).toBeCloseTo(1, 5);
    expect(summaryErrors(found.gradients, expected.gradients, ZERO)[0]!.error).toBeLessThan(1e-4);
    if (batchNorm === 'frozen') expect(statisticsOf(await toTorchState(model))).toEqual(before);
    else expect(summaryErrors(found.statistics, small.training.statistics)[0]!.error).toBeLessThan(1e-5);
    images.dispose();
    model.dispose();
  });
});

function statisticsOf(state: TorchState): [name: string, array: TorchState[string]][] {
  return Object.entries(state).filter(([name]) => name.includes('running'));
}

/** Returns the images that NumPy draws for torchvision. */
function drawnImages(): tf.Tensor4D {
  const values = new RandomState(small.seed).uniform(-1, 1, tf.util.sizeFromShape(small.size));
  return tf.tensor4d(Float32Array.from(values), small.size as [number, number, number, number]);
}
