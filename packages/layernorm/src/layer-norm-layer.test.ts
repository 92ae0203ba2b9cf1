import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import { initializers, input, layers, loadLayersModel, model, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { normals, randomInputs } from '../test/support/arrays.js';
import { failOnLeaks, toTensor } from '../test/support/tensors.js';
import { LayerNorm, type LayerNormArguments, layerNorm, registerLayers } from './index.js';

failOnLeaks();

const make = (args: LayerNormArguments = {}) =>
  sequential({
    layers: [
      layers.dense({ units: 4, inputShape: [3], kernelInitializer: initializers.glorotNormal({ seed: 1 }) }),
      new LayerNorm({ name: 'norm', ...args }),
      layers.dense({ units: 1, kernelInitializer: initializers.glorotNormal({ seed: 2 }) }),
    ],
  });
const data = () => [normals(new RandomState(1), [8, 3]), normals(new RandomState(2), [8, 1])].map(toTensor);

describe('LayerNorm', () => {
  it.each([[[4, 5]], [[2, 3, 5]], [[2, 2, 2, 2, 5]]])('is layerNorm of shape %j', (shape) => {
    tf.tidy(() => {
      const [x, gamma, beta] = Object.values(randomInputs(new RandomState(1), shape)).map(toTensor) as tf.Tensor[];
      const layer = new LayerNorm({ epsilon: 0.1 });
      layer.build([null, ...shape.slice(1)]);
      layer.setWeights([gamma!, beta!]);
      const expected = layerNorm(x!, gamma!, beta!, { epsilon: 0.1 }).dataSync();
      for (const training of [true, false]) {
        expect((layer.apply(x!, { training }) as tf.Tensor).dataSync()).toEqual(expected);
      }
    });
  });

  it('starts with gamma 1 and beta 0, and learns them', async () => {
    const [x, y] = data();
    const net = make();
    const optimizer = tf.train.sgd(0.1);
    net.compile({ optimizer, loss: 'meanSquaredError' });
    const norm = net.getLayer('norm');
    const values = () => norm.getWeights().map((weight) => [...weight.dataSync()]);
    expect(values()).toEqual([
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ]);
    expect(norm.trainableWeights.map(({ originalName }) => originalName)).toEqual(['norm/gamma', 'norm/beta']);
    await net.fit(x!, y!, { epochs: 1, shuffle: false, verbose: 0 });
    for (const value of values().flat()) expect([0, 1]).not.toContain(value);
    net.dispose();
    optimizer.dispose();
    tf.dispose([x, y]);
  });

  it('is saved and loaded within a model, with its configuration and its weights', async () => {
    registerLayers();
    registerLayers();
    const [x, y] = data();
    const net = make({ epsilon: 0.01, trainable: false });
    tf.tidy(() => net.getLayer('norm').setWeights([tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([5, 6, 7, 8])]));
    let artifacts: tf.io.ModelArtifacts | undefined;
    await net.save(
      tf.io.withSaveHandler(async (saved) => {
        artifacts = saved;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const loaded = await loadLayersModel(tf.io.fromMemory(artifacts!));
    const layer = loaded.getLayer('norm') as LayerNorm;
    expect(layer).toBeInstanceOf(LayerNorm);
    expect(layer.getConfig()).toEqual(net.getLayer('norm').getConfig());
    expect(layer.getConfig()).toMatchObject({ name: 'norm', epsilon: 0.01, trainable: false });
    tf.tidy(() => {
      expect((loaded.predict(x!) as tf.Tensor).dataSync()).toEqual((net.predict(x!) as tf.Tensor).dataSync());
    });
    net.dispose();
    loaded.dispose();
    tf.dispose([x, y]);
  });

  it('is made again from its configuration', () => {
    const layer = new LayerNorm({ name: 'norm', epsilon: 0.5 });
    const again = LayerNorm.fromConfig(LayerNorm, layer.getConfig()) as LayerNorm;
    expect(again.epsilon).toBe(0.5);
    expect(again.getConfig()).toEqual(layer.getConfig());
  });

  it('is a layer of a functional model of sequences, and keeps their masks', () => {
    const start = input({ shape: [7, 2] });
    const masked = layers.masking({ maskValue: 0 }).apply(start) as ReturnType<typeof input>;
    const end = new LayerNorm().apply(masked) as ReturnType<typeof input>;
    expect(end.shape).toEqual([null, 7, 2]);
    expect(new LayerNorm().supportsMasking).toBe(true);
    const net = model({ inputs: start, outputs: end });
    net.dispose();
  });

  it('leaves no tensors behind in training', () => {
    const layer = new LayerNorm();
    layer.build([null, 3]);
    const x = toTensor(normals(new RandomState(1), [4, 3]));
    const before = tf.memory().numTensors;
    (layer.apply(x, { training: true }) as tf.Tensor).dispose();
    const { value, grads } = tf.variableGrads(() => tf.sum(layer.apply(x, { training: true }) as tf.Tensor));
    expect(Object.keys(grads)).toHaveLength(2);
    tf.dispose([value, grads]);
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });

  it('names what is wrong', () => {
    expect(() => new LayerNorm({ epsilon: -1 })).toThrow('LayerNorm: epsilon must be a finite number of 0 or more');
    expect(() => new LayerNorm({ name: 'norm' }).build([null, 8, null])).toThrow(
      'norm: the input has shape [null, 8, null], but [batch, ..., features] with a known number of features is needed.',
    );
    expect(() => new LayerNorm({ name: 'norm' }).build([3])).toThrow('norm: the input has shape [3]');
    const layer = new LayerNorm();
    layer.build([null, 2]);
    tf.tidy(() => {
      expect(() => layer.call([tf.zeros([2, 2]), tf.zeros([2, 2])], {})).toThrow('LayerNorm takes 1 input; got 2.');
      expect(() => layer.apply(tf.zeros([2, 3]))).toThrow(/expected axis/);
    });
  });
});
