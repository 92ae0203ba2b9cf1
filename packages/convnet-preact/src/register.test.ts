import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { expect, it, vi } from 'vitest';
import { failOnLeaks, randomTensor } from '../../torch-layers/test/support/tensors.js';
import { createPreActConvNet, registerLayers } from './index.js';
import './register.js';

failOnLeaks();

it('a saved model is loaded with its layers, weights and statistics', async () => {
  registerLayers();
  const model = createPreActConvNet({ inputShape: [9, 8, 3], numClasses: 4, width: 2, seed: 5 });
  const x = randomTensor([3, 9, 8, 3], 1);
  const predict = (net: typeof model) => tf.tidy(() => (net.predict(x) as tf.Tensor).dataSync());
  tf.tidy(() => void model.apply(x, { training: true }));

  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  // As a file has it.
  const modelTopology = JSON.parse(JSON.stringify(artifacts!.modelTopology)) as object;
  const uniform = vi.spyOn(RandomState.prototype, 'uniform');
  const loaded = await loadLayersModel(tf.io.fromMemory({ ...artifacts!, modelTopology }));
  expect(uniform, 'weights are not drawn to be thrown away').not.toHaveBeenCalled();
  uniform.mockRestore();

  expect(loaded.layers.map((layer) => [layer.constructor, layer.getConfig()])).toEqual(
    model.layers.map((layer) => [layer.constructor, layer.getConfig()]),
  );
  expect(loaded.trainableWeights.map(({ originalName }) => originalName)).toEqual(
    model.trainableWeights.map(({ originalName }) => originalName),
  );
  expect(predict(loaded)).toEqual(predict(model));
  x.dispose();
  model.dispose();
  loaded.dispose();
});
