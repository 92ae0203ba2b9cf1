// Against the reference in PyTorch, in float64: test/fixtures/make-fixtures.py wrote the values.
import { readFile } from 'node:fs/promises';
import { RandomState } from '@cifarlab/numpy-random';
import { decodeSafetensors } from '@cifarlab/safetensors';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { seededState } from '../../torch-layers/test/support/seeded-state.js';
import { failOnLeaks, maxNormError } from '../../torch-layers/test/support/tensors.js';
import { summaryErrors, trainingSummary } from '../../torch-layers/test/support/training-summary.js';
import { useBackend } from '../../torch-layers/test/support/use-backend.js';
import {
  createEfficientNetLite,
  type EfficientNetLiteOptions,
  loadTorchState,
  preprocess,
  type TorchState,
  toTorchState,
} from '../src/index.js';
import golden from './fixtures/golden.json' with { type: 'json' };

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
/** Gradients below this norm are 0 except for rounding: of offsets that a batch normalisation takes away. */
const ZERO = 0.1;

const MODES = (['cpu', 'ort'] as const).flatMap((backend) =>
  (['frozen', 'training'] as const).map((batchNorm) => [backend, batchNorm] as const),
);
describe.each(MODES)('a slim network on %s with %s statistics', (backend, batchNorm) => {
  it('has the logits, all gradients and the statistics of the reference', async (context) => {
    await useBackend(backend, context);
    const model = await seeded({ ...SLIM, batchNorm }, slim.seed);
    const before = statisticsOf(await toTorchState(model));
    const expected = slim[batchNorm];
    const images = drawnImages();
    const found = trainingSummary(model, images, [0, 1, 2, 3]);
    expect(maxNormError(found.logits, expected.logits.flat())).toBeLessThan(2e-5);
    expect(found.loss / expected.loss).toBeCloseTo(1, 5);
    expect(summaryErrors(found.gradients, expected.gradients, ZERO)[0]!.error).toBeLessThan(1e-4);
    if (batchNorm === 'frozen') expect(statisticsOf(await toTorchState(model))).toEqual(before);
    else expect(summaryErrors(found.statistics, slim.training.statistics)[0]!.error).toBeLessThan(1e-5);
    images.dispose();
    model.dispose();
  });
});

function statisticsOf(state: TorchState): [name: string, array: TorchState[string]][] {
  return Object.entries(state).filter(([name]) => name.includes('running'));
}

/** Returns the images that NumPy draws for the reference. */
function drawnImages(): tf.Tensor4D {
  const values = new RandomState(slim.seed).uniform(-1, 1, tf.util.sizeFromShape(slim.size));
  return tf.tensor4d(Float32Array.from(values), slim.size as [number, number, number, number]);
}
