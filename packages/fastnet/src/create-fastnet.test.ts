import { Muon } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, randomTensor } from '../../torch-layers/test/support/tensors.js';
import { useBackend } from '../../torch-layers/test/support/use-backend.js';
import { createFastNet, type FastNetOptions, registerLayers, toTorchState, variableRoles, whiten } from './index.js';

failOnLeaks();

const SMALL = { inputShape: [25, 26, 3], widths: [3, 5, 4], numClasses: 3 } as const;

describe('createFastNet', () => {
  it('has the layers of airbench94, in its order and with its names', () => {
    const model = createFastNet();
    expect(model.layers.map(({ name, outputShape }) => [name, ...(outputShape as number[]).slice(1)])).toEqual([
      ['images', 32, 32, 3],
      ['whiten', 31, 31, 24],
      ['layers.0', 31, 31, 24],
      ['layers.1.conv1', 31, 31, 64],
      ...['pool', 'norm1', 'activ1', 'conv2', 'norm2', 'activ2'].map((name) => [`layers.1.${name}`, 15, 15, 64]),
      ['layers.2.conv1', 15, 15, 256],
      ...['pool', 'norm1', 'activ1', 'conv2', 'norm2', 'activ2'].map((name) => [`layers.2.${name}`, 7, 7, 256]),
      ['layers.3.conv1', 7, 7, 256],
      ...['pool', 'norm1', 'activ1', 'conv2', 'norm2', 'activ2'].map((name) => [`layers.3.${name}`, 3, 3, 256]),
      ['layers.4', 1, 1, 256],
      ['flatten', 256],
      ['head', 10],
    ]);
    const { filters, normBiases, whiteningBias, head } = variableRoles(model);
    expect([filters, normBiases, whiteningBias, head].map(({ length }) => length)).toEqual([6, 6, 1, 1]);
    expect(model.trainableWeights).toHaveLength(14);
    model.dispose();
  });

  it('starts from the seed alone, and with the first filters as the identity', async () => {
    const start = async (options: FastNetOptions) => {
      const model = createFastNet({ ...SMALL, ...options });
      const state = await toTorchState(model);
      model.dispose();
      return state;
    };
    const seven = await start({ seed: 7 });
    expect(await start({ seed: 7 })).toEqual(seven);
    expect((await start({ seed: 8 }))['head.weight']).not.toEqual(seven['head.weight']);
    const { data } = seven['layers.2.conv1.weight']!; // [5, 3, 3, 3], of which three filters are the identity
    expect([...data.subarray(27, 54)].map((value, i) => (value === 0 ? i : value)).filter((_, i) => i !== 13)).toEqual(
      Array.from({ length: 27 }, (_, i) => i).filter((i) => i !== 13),
    );
    expect(data[27 + 13]).toBe(1);
    expect(data.subarray(81).every((value) => value !== 0 && Math.abs(value) <= 1 / Math.sqrt(27))).toBe(true);
    const plain = await start({ seed: 7, dirac: false });
    expect(plain['layers.2.conv1.weight']!.data.subarray(81)).toEqual(data.subarray(81));
    expect(plain['layers.2.conv1.weight']!.data.every((value) => value !== 0)).toBe(true);
  });

  it('trains the first kernel where that is asked for', () => {
    const model = createFastNet({ ...SMALL, trainWhitening: true });
    expect(variableRoles(model).filters).toHaveLength(7);
    model.dispose();
  });

  it('is saved and loaded', async () => {
    registerLayers();
    const model = createFastNet({ ...SMALL, activation: 'silu', whiteningBiasSteps: 3, logitScale: 0.5, seed: 3 });
    let artifacts: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (saved) => {
        artifacts = saved;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const modelTopology = JSON.parse(JSON.stringify(artifacts!.modelTopology)) as object;
    const loaded = await loadLayersModel(tf.io.fromMemory({ ...artifacts!, modelTopology }));
    const configs = (net: typeof model) => JSON.parse(JSON.stringify(net.layers.map((layer) => layer.getConfig())));
    expect(configs(loaded)).toEqual(configs(model));
    expect(await toTorchState(loaded)).toEqual(await toTorchState(model));
    model.dispose();
    loaded.dispose();
  });

  it.each<[object, string]>([
    [{ inputShape: [24, 32, 3] }, 'inputShape is [24,32,3], but the poolings need images of 25x25 pixels or more'],
    [{ inputShape: [32, 32] }, 'but [height, width, channels] is needed'],
    [{ widths: [64, 256] }, 'widths is [64, 256], but the channels of three blocks are needed'],
    [{ widths: [64, 0, 256] }, 'a width of [64,0,256] must be a whole number of 1 or more; got 0'],
    [{ activation: 'relu' }, 'activation must be one of silu, gelu; got "relu"'],
    [{ whiteningBiasSteps: -1 }, 'biasSteps must be a whole number of 1 or more; got -1'],
    [{ logitScale: 0 }, 'scale must be'],
    [{ dirac: 1 }, 'dirac must be true or false; got 1'],
    [{ width: 64 }, 'unknown option "width"; the options are inputShape, numClasses, seed'],
  ])('%o is an error', (options, message) => {
    expect(() => createFastNet(options as FastNetOptions)).toThrow(message);
  });
});

it('learns by Muon on ort', async (context) => {
  await useBackend('ort', context);
  const model = createFastNet({ widths: [8, 8, 8], numClasses: 3 });
  const images = randomTensor([6, 32, 32, 3], 1);
  whiten(model, images.dataSync(), images.shape);
  const labels = tf.oneHot([0, 1, 2, 0, 1, 2], 3) as tf.Tensor2D;
  const { filters, head } = variableRoles(model);
  const optimizer = new Muon({
    learningRate: 0.1,
    groups: [
      { match: (variable) => !filters.includes(variable), orthogonal: false },
      { variables: head, learningRateScale: 10 },
    ],
  });
  const losses = Array.from({ length: 8 }, () => {
    const loss = () =>
      tf.losses.softmaxCrossEntropy(labels, model.apply(images, { training: true }) as tf.Tensor2D) as tf.Scalar;
    const value = optimizer.minimize(loss, true)!;
    const [number] = value.dataSync();
    value.dispose();
    return number!;
  });
  expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
  optimizer.dispose();
  tf.dispose([images, labels]);
  model.dispose();
});
