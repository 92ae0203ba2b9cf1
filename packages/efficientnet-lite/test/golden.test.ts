// Against the reference in PyTorch, in float64: test/fixtures/make-fixtures.py wrote the values.
import { readFile } from 'node:fs/promises';
import { RandomState } from '@cifarlab/numpy-random';
import { decodeSafetensors } from '@cifarlab/safetensors';
import { torchEntries } from '@cifarlab/torch-layers';
import { type Summary, seededState, summary, summaryError } from '@cifarlab/torch-layers/testing';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import {
  createEfficientNetLite,
  type EfficientNetLiteOptions,
  loadTorchState,
  preprocess,
  toTorchState,
} from '../src/index.js';
import golden from './fixtures/golden.json' with { type: 'json' };
import { type BackendName, failOnLeaks, maxNormError, useBackend } from './support/tensors.js';

failOnLeaks();

const pictures = decodeSafetensors(await readFile(new URL('./fixtures/pictures.safetensors', import.meta.url))).tensors;
/** Bytes [3, 96, 96, 3]. */
const photographs = () =>
  tf.tidy(() => tf.stack(Object.values(pictures).map(({ data, shape }) => tf.tensor(data as Uint8Array, [...shape]))));

async function seeded(options: EfficientNetLiteOptions, seed: number): Promise<LayersModel> {
  const model = createEfficientNetLite(options);
  loadTorchState(model, seededState(await toTorchState(model), seed));
  return model;
}

it('Lite0 has the logits of the reference on photographs', async (context) => {
  await useBackend('ort', context);
  const model = await seeded({ numClasses: 10 }, golden.seeded.seed);
  tf.tidy(() => {
    const logits = model.predict(preprocess(photographs())) as tf.Tensor;
    const expected = golden.seeded.logits.flat();
    expect(logits.shape).toEqual([3, 10]);
    expect(Math.max(...logits.dataSync().map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-4);
  });
  model.dispose();
});

const { slim } = golden;
const SLIM = { variant: { width: 0.25, depth: 0.5 }, numClasses: 5 } as const;
const backends: BackendName[] = ['cpu', 'ort'];

/** Gradients below this norm are 0, but for rounding: of offsets that the next batch normalisation takes away. */
const ZERO = 0.1;

describe.each(backends.flatMap((backend) => (['frozen', 'training'] as const).map((mode) => [backend, mode] as const)))(
  'a slim network on %s with %s statistics',
  (backend, batchNorm) => {
    it('has the logits, all gradients and the statistics of the reference', async (context) => {
      await useBackend(backend, context);
      const model = await seeded({ ...SLIM, batchNorm }, slim.seed);
      const before = await toTorchState(model);
      const expected = slim[batchNorm];
      const images = slimImages();
      const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
      const { value, grads } = tf.variableGrads(() => {
        const logits = model.apply(images, { training: true, step: 1 }) as tf.Tensor2D;
        expect(maxNormError(logits.dataSync(), expected.logits.flat())).toBeLessThan(2e-5);
        return tf.losses.softmaxCrossEntropy(tf.oneHot([0, 1, 2, 3], 5), logits) as tf.Scalar;
      }, [...variables, images]);
      expect(value.dataSync()[0]).toBeCloseTo(expected.loss, 5);

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
        expectNear(summaries, slim.training.statistics, 1e-5);
      }
    });
  },
);

function expectNear(found: Record<string, Summary>, expected: Record<string, number[]>, tolerance: number): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  const errors = Object.entries(found).map(([name, one]) => ({
    name,
    error: summaryError(one, expected[name] as Summary, ZERO),
  }));
  expect(errors.filter(({ error }) => !(error < tolerance))).toEqual([]);
}

/** The images that NumPy draws for the reference, as a variable. */
function slimImages(): tf.Variable<tf.Rank.R4> {
  const values = new RandomState(slim.seed).uniform(-1, 1, tf.util.sizeFromShape(slim.size));
  return tf.tidy(() =>
    tf.variable(tf.tensor4d(Float32Array.from(values), slim.size as [number, number, number, number])),
  );
}

function channelsFirst(x: tf.Tensor): Float32Array {
  return tf.tidy(() => tf.transpose(x, [0, 3, 1, 2]).dataSync<'float32'>());
}
