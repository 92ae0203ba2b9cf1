import { LayerNorm } from '@cifarlab/layernorm';
import { RandomState } from '@cifarlab/numpy-random';
import { BatchNorm, noDecayOnBiasesAndNorms, SGD } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { failOnLeaks, logitsOf, randn } from '../test/support/tensors.js';
import { createMlp, type MlpOptions, SeededDropout, toState } from './index.js';

failOnLeaks();

const sizes = { nInputs: 6, nHidden: [5, 4], numClasses: 3 };

describe('createMlp', () => {
  it('is linear, norm, nonlinearity and dropout per hidden layer, then linear', () => {
    const names = (options: Partial<MlpOptions>) => {
      const model = createMlp({ ...sizes, ...options });
      const result = model.layers.map(({ name }) => name);
      model.dispose();
      return result;
    };
    expect(names({})).toEqual(['layers.0', 'activations.0', 'layers.1', 'activations.1', 'layers.2']);
    expect(names({ nHidden: [] })).toEqual(['layers.0']);
    expect(names({ nHidden: [5], norm: 'batch', dropout: 0.5 })).toEqual([
      'layers.0',
      'norms.0',
      'activations.0',
      'dropouts.0',
      'layers.1',
    ]);
  });

  it('gives logits [S, numClasses] of flat inputs', () => {
    const model = createMlp({ ...sizes, nHidden: [], init: 'he' });
    expect(model.inputs[0]!.shape).toEqual([null, 6]);
    expect(model.outputs[0]!.shape).toEqual([null, 3]);
    const [kernel, bias] = model.getWeights();
    const x = tf.tensor(randn(1, 12), [2, 6]);
    const expected = tf.tidy(() => tf.add(tf.matMul(x, kernel!), bias!).dataSync());
    expect(logitsOf(model, randn(1, 12), 6)).toEqual(expected);
    x.dispose();
    model.dispose();
  });

  it('keeps the kernels of tf.layers, [in, out]', () => {
    const model = createMlp({ ...sizes, norm: 'batch' });
    expect(model.trainableWeights.map(({ originalName, shape }) => [originalName, shape])).toEqual([
      ['layers.0/kernel', [6, 5]],
      ['layers.0/bias', [5]],
      ['norms.0/gamma', [5]],
      ['norms.0/beta', [5]],
      ['layers.1/kernel', [5, 4]],
      ['layers.1/bias', [4]],
      ['norms.1/gamma', [4]],
      ['norms.1/beta', [4]],
      ['layers.2/kernel', [4, 3]],
      ['layers.2/bias', [3]],
    ]);
    model.dispose();
  });

  it('gives its dropouts the seed, and each a stream of its own', () => {
    const model = createMlp({ ...sizes, dropout: 0.25, seed: 5 });
    const dropouts = model.layers.filter((layer) => layer instanceof SeededDropout);
    expect(dropouts.map(({ rate, seed, stream }) => ({ rate, seed, stream }))).toEqual([
      { rate: 0.25, seed: 5, stream: 0 },
      { rate: 0.25, seed: 5, stream: 1 },
    ]);
    const x = randn(1, 60);
    const at = (step: number) => logitsOf(model, x, 6, { training: true, step });
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
    model.dispose();
  });

  it('keeps the seed of dropout when the weights come from a shared generator', () => {
    const rng = new RandomState(1);
    const model = createMlp({ ...sizes, dropout: 0.25, seed: 5, rng });
    expect((model.getLayer('dropouts.0') as SeededDropout).seed).toBe(5);
    model.dispose();
  });

  it('has PyTorch’s layer and batch normalisation', () => {
    const layer = createMlp({ ...sizes, norm: 'layer' });
    expect(layer.getLayer('norms.1')).toBeInstanceOf(LayerNorm);
    expect(layer.getLayer('norms.1')).toMatchObject({ epsilon: 1e-5 });
    const batch = createMlp({ ...sizes, norm: 'batch' });
    expect(batch.getLayer('norms.1')).toBeInstanceOf(BatchNorm);
    expect(batch.getLayer('norms.1')).toMatchObject({ momentum: 0.1, epsilon: 1e-5, activation: 'linear' });
    layer.dispose();
    batch.dispose();
  });

  it('uses no generator but its own', async () => {
    const random = vi.spyOn(Math, 'random');
    const model = createMlp({ ...sizes, norm: 'batch', dropout: 0.5 });
    logitsOf(model, randn(1, 12), 6, { training: true, step: 1 });
    expect(random).not.toHaveBeenCalled();
    random.mockRestore();
    model.dispose();
  });

  it.each(['layer', 'batch'] as const)('leaves weight decay to the optimizer: %s norm', async (norm) => {
    const model = createMlp({ ...sizes, norm, init: 'pytorch' });
    const before = await toState(model);
    const optimizer = new SGD({ learningRate: 0.5, weightDecay: 0.5, groups: [noDecayOnBiasesAndNorms()] });
    const zeros = model.trainableWeights.map((weight) => {
      const variable = weight.read() as tf.Variable;
      return [variable.name, tf.zerosLike(variable)] as const;
    });
    optimizer.applyGradients(Object.fromEntries(zeros));
    const after = await toState(model);
    for (const [name, { data, shape }] of Object.entries(before)) {
      const factor = shape.length === 2 ? 0.75 : 1;
      expect([name, after[name]!.data]).toEqual([name, data.map((value) => value * factor)]);
    }
    tf.dispose(zeros.map(([, zero]) => zero));
    optimizer.dispose();
    model.dispose();
  });

  it('can be made twice in one process', () => {
    const [a, b] = [createMlp({ ...sizes, init: 'he' }), createMlp({ ...sizes, init: 'he', seed: 1 })];
    const x = randn(1, 12);
    expect(logitsOf(a, x, 6)).not.toEqual(logitsOf(b, x, 6));
    b.dispose();
    expect(logitsOf(a, x, 6).every(Number.isFinite)).toBe(true);
    a.dispose();
  });

  it('names what is wrong, and draws nothing then', () => {
    const rng = new RandomState(1);
    const before = rng.getState();
    const make = (options: object) => () => createMlp({ ...sizes, rng, ...options } as MlpOptions);
    expect(make({ nInputs: 0 })).toThrow('nInputs must be a whole number of 1 or more; got 0.');
    expect(make({ nHidden: [5, 2.5] })).toThrow('nHidden[1] must be a whole number of 1 or more; got 2.5.');
    expect(make({ numClasses: undefined })).toThrow('numClasses must be a whole number of 1 or more; got undefined.');
    expect(make({ activation: 'softplus' })).toThrow(
      'activation must be one of elu, relu, leaky-relu, tanh, sigmoid, silu, gelu; got "softplus".',
    );
    expect(make({ negativeSlope: -1 })).toThrow('negativeSlope must be a finite number of 0 or more; got -1.');
    expect(make({ norm: 'group' })).toThrow('norm must be one of none, layer, batch; got "group".');
    expect(make({ dropout: 1 })).toThrow('dropout must be 0 or more and below 1; got 1.');
    expect(make({ init: 'zeros' })).toThrow('init must be one of course, he, glorot, pytorch; got "zeros".');
    expect(make({ seed: -1 })).toThrow('seed must be a whole number from 0 to 2^32 - 1; got -1.');
    expect(make({ hiddenUnits: [100] })).toThrow(
      'createMlp: unknown option "hiddenUnits"; the options are nInputs, nHidden, numClasses, activation, ',
    );
    expect(rng.getState()).toEqual(before);
    expect(make({ nHidden: 5 })).toThrow('nHidden must be an array such as [100]; got 5.');
    expect(make({ nHidden: ['5'] })).toThrow('nHidden[0] must be a whole number of 1 or more; got "5".');
    expect(make({ rng: 42 })).toThrow('rng must be a RandomState of @cifarlab/numpy-random; got 42.');
    expect(() => createMlp(undefined as never)).toThrow('createMlp: options must be an object; got undefined.');
  });
});
