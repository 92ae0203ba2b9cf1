import * as tf from '@tensorflow/tfjs-core';
import { layers, loadLayersModel, sequential } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { failOnLeaks, randomValues } from '../test/support/tensors.js';
import { AdamW, BatchNorm, noDecayOnBiasesAndNorms } from './index.js';
import './register.js';

failOnLeaks();

it('a model saved with its optimizer goes on exactly where it was', async () => {
  const x = tf.tensor2d(randomValues(1, 24), [8, 3]);
  const y = tf.tensor2d(randomValues(2, 8), [8, 1]);
  const model = sequential({
    layers: [
      layers.dense({ units: 4, inputShape: [3] }),
      new BatchNorm({ activation: 'relu' }),
      layers.dense({ units: 1 }),
    ],
  });
  const groups = [noDecayOnBiasesAndNorms()];
  const optimizer = new AdamW({ learningRate: 0.1, weightDecay: 0.1, clipNorm: 0.5, groups });
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const fit = (net: typeof model) => net.fit(x, y, { epochs: 2, batchSize: 4, shuffle: false, verbose: 0 });
  await fit(model);

  let artifacts: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (saved) => {
    artifacts = saved;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler, { includeOptimizer: true });
  const loaded = (await loadLayersModel(tf.io.fromMemory(artifacts!))) as typeof model;
  expect(loaded.optimizer).toBeInstanceOf(AdamW);
  expect(loaded.optimizer.getConfig()).toEqual(optimizer.getConfig());
  expect(loaded.optimizer.iterations).toBe(4);

  await fit(model);
  await fit(loaded);
  const values = (net: typeof model) => net.getWeights().map((weight) => [...weight.dataSync()]);
  expect(values(loaded)).toEqual(values(model));

  optimizer.dispose();
  loaded.optimizer.dispose();
  model.dispose();
  loaded.dispose();
  tf.dispose([x, y]);
});
