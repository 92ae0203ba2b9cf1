import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { failOnLeaks, logitsOf, randn } from '../test/support/tensors.js';
import { ACTIVATIONS } from './activations.js';
import { createMlp, SeededDropout, toState } from './index.js';

failOnLeaks();

async function saved(model: ReturnType<typeof createMlp>): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (everything) => {
    artifacts = everything;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler);
  return artifacts!;
}

const options = { nInputs: 6, nHidden: [5, 4], numClasses: 3, init: 'he', dropout: 0.3, seed: 11 } as const;

it('importing the package registers nothing', async () => {
  const model = createMlp(options);
  const artifacts = await saved(model);
  await expect(loadLayersModel(tf.io.fromMemory(artifacts))).rejects.toThrow(/Unknown layer: CifarlabSeededDropout/);
  // The tensors that tfjs had made of the model by then.
  tf.disposeVariables();
  model.dispose();
});

it('a model without norms and dropout can be loaded anyway', async () => {
  const model = createMlp({ ...options, dropout: 0 });
  const loaded = await loadLayersModel(tf.io.fromMemory(await saved(model)));
  expect(logitsOf(loaded, randn(1, 60), 6)).toEqual(logitsOf(model, randn(1, 60), 6));
  loaded.dispose();
  model.dispose();
});

it.each(
  ACTIVATIONS.flatMap((activation) => (['none', 'layer', 'batch'] as const).map((norm) => ({ activation, norm }))),
)('a model with $activation and norm $norm is saved and loaded', async ({ activation, norm }) => {
  await import('./register.js');
  const model = createMlp({ ...options, activation, norm, negativeSlope: 0.2 });
  const x = randn(1, 60);
  logitsOf(model, x, 6, { training: true, step: 1 });
  const loaded = await loadLayersModel(tf.io.fromMemory(await saved(model)));
  expect(loaded.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
  for (const { name } of model.layers) {
    // Linear layers come back as tf.layers' dense, which has more settings.
    if (name.startsWith('layers.')) expect(loaded.getLayer(name).getClassName()).toBe('Dense');
    else expect(loaded.getLayer(name).getConfig()).toEqual(model.getLayer(name).getConfig());
  }
  expect(loaded.getLayer('dropouts.1')).toBeInstanceOf(SeededDropout);
  expect(loaded.getLayer('dropouts.1')).toMatchObject({ rate: 0.3, seed: 11, stream: 1 });
  expect(await toState(loaded)).toEqual(await toState(model));
  for (const kwargs of [{}, { training: true, step: 2 }]) {
    expect(logitsOf(loaded, x, 6, kwargs)).toEqual(logitsOf(model, x, 6, kwargs));
  }
  loaded.dispose();
  model.dispose();
});
