import { MLP, type MlpOptions as NdarrayMlpOptions } from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, logitsOf, maxNormError, randn } from '../test/support/tensors.js';
import { createMlp, loadState, type MlpOptions, type StateArray, toState } from './index.js';

failOnLeaks();

const sizes = { nInputs: 6, nHidden: [5, 4], numClasses: 3 };
const x = randn(1, 60);

describe('the same weights in both packages', () => {
  const cases = (['elu', 'relu', 'leaky-relu', 'tanh'] as const).flatMap((activation) =>
    (['none', 'batch'] as const).map((norm) => ({ activation, norm, negativeSlope: 0.1 })),
  );
  const twin = (options: NdarrayMlpOptions) => new MLP(6, [5, 4], 3, { init: 'pytorch', dtype: 'float32', ...options });
  const batch = ndarray(x, [10, 6]);

  it.each(cases)('from ndarray-mlp: $activation, $norm', (options) => {
    const source = twin({ ...options, rng: new RandomState(5) });
    source.forward(batch); // moves the running statistics
    const model = createMlp({ ...sizes, ...options });
    loadState(model, source.toState());
    expect(maxNormError(logitsOf(model, x, 6), source.forward(batch, 'evaluation').data)).toBeLessThan(1e-6);
    expect(maxNormError(logitsOf(model, x, 6, { training: true }), source.forward(batch).data)).toBeLessThan(2e-6);
    model.dispose();
  });

  it.each(cases)('to ndarray-mlp: $activation, $norm', async (options) => {
    const model = createMlp({ ...sizes, ...options, init: 'pytorch', seed: 6 });
    logitsOf(model, x, 6, { training: true });
    const target = twin(options);
    const state = await toState(model);
    const arrays = Object.entries(state).map(([name, { shape, data }]) => [name, ndarray(data, shape)] as const);
    target.loadState(Object.fromEntries(arrays));
    expect(maxNormError(logitsOf(model, x, 6), target.forward(batch, 'evaluation').data)).toBeLessThan(1e-6);
    expect(Object.keys(target.toState())).toEqual(Object.keys(state));
    model.dispose();
  });

  it('rounds float64', () => {
    const source = twin({ dtype: 'float64' });
    const model = createMlp(sizes);
    loadState(model, source.toState());
    const expected = source.forward(ndarray(Float64Array.from(x), [10, 6])).data;
    expect(maxNormError(logitsOf(model, x, 6), expected)).toBeLessThan(1e-6);
    model.dispose();
  });
});

describe('a state', () => {
  const make = (options: Partial<MlpOptions> = {}) =>
    createMlp({ ...sizes, init: 'pytorch', norm: 'batch', ...options });

  it('is restored bit for bit, with running statistics', async () => {
    const source = make({ seed: 7 });
    logitsOf(source, x, 6, { training: true });
    const target = make();
    const state = await toState(source);
    loadState(target, state);
    expect(await toState(target)).toEqual(state);
    expect(logitsOf(target, x, 6)).toEqual(logitsOf(source, x, 6));
    source.dispose();
    target.dispose();
  });

  it('is a copy, on the way out and on the way in', async () => {
    const model = make();
    const fill = (state: Record<string, StateArray>) => {
      for (const { data } of Object.values(state)) data.fill(9);
    };
    const before = structuredClone(await toState(model));
    fill(await toState(model));
    expect(await toState(model)).toEqual(before);
    const state = structuredClone(before);
    loadState(model, state);
    fill(state);
    expect(await toState(model)).toEqual(before);
    logitsOf(model, x, 6, { training: true });
    expect(await toState(model)).not.toEqual(before);
    model.dispose();
  });

  it('is taken over in full or not at all', async () => {
    const model = make({ seed: 8 });
    const before = await toState(model);
    const source = make();
    const state = await toState(source);
    source.dispose();
    const changed = (change: (state: Record<string, StateArray | { shape: number[]; data: Int32Array }>) => void) => {
      const copy = structuredClone(state);
      change(copy);
      return () => loadState(model, copy);
    };
    // The last array each time, which the others must wait for.
    expect(changed((copy) => delete copy['norms.1.running_var'])).toThrow(
      'the state lacks the array "norms.1.running_var"; it was saved from another network or other settings.',
    );
    expect(
      changed((copy) => {
        copy.other = { shape: [1], data: new Float32Array(1) };
      }),
    ).toThrow(
      /^the state has an array "other" that is not among layers\.0\.weight, layers\.0\.bias, norms\.0\.weight, /,
    );
    expect(
      changed((copy) => {
        copy['norms.1.running_var'] = { shape: [5], data: new Float32Array(5) };
      }),
    ).toThrow(
      'the state\'s array "norms.1.running_var" has shape [5], but the model has [4]; ' +
        'make the model with the settings it was saved with.',
    );
    // The layout of tf.layers.
    expect(
      changed((copy) => {
        copy['layers.2.weight']!.shape = [4, 3];
      }),
    ).toThrow('the state\'s array "layers.2.weight" has shape [4, 3], but the model has [3, 4]');
    for (const data of [new Int32Array(4), new Float32Array(3)]) {
      expect(
        changed((copy) => {
          copy['norms.1.running_var'] = { shape: [4], data } as StateArray;
        }),
      ).toThrow('the state\'s array "norms.1.running_var" is not 4 floats, as its shape [4] says.');
    }
    expect(await toState(model)).toEqual(before);
    model.dispose();
  });

  it('of PyTorch: its count of batches is ignored, prefixes are named and taken away', async () => {
    const source = make();
    const state = await toState(source);
    source.dispose();
    const counted = { ...state, 'norms.0.num_batches_tracked': { shape: [], data: BigInt64Array.of(7n) } };
    const under = (prefix: string) =>
      Object.fromEntries(Object.entries(counted).map(([name, array]) => [prefix + name, array]));
    for (const prefix of ['', 'module.', '_orig_mod.', 'module._orig_mod.', 'net.encoder.']) {
      const model = make({ seed: 8 });
      if (prefix !== '') {
        const before = await toState(model);
        expect(() => loadState(model, under(prefix))).toThrow(`the state has "${prefix}" before the names`);
        expect(await toState(model)).toEqual(before);
      }
      loadState(model, under(prefix), { prefix });
      expect(await toState(model)).toEqual(state);
      expect(() => loadState(model, under(prefix), { prefix: 'other.' })).toThrow('starts with the prefix "other."');
      model.dispose();
    }
  });

  it('is not taken from the bits of half precision', async () => {
    const model = make();
    const state = await toState(model);
    const half = { shape: [3], data: new Uint16Array(3), dtype: 'F16' };
    expect(() => loadState(model, { ...state, 'layers.2.bias': half })).toThrow(
      'the state\'s array "layers.2.bias" is saved as "F16", and here are only its bits; ' +
        'read it with decodeSafetensors(bytes, { widen: true }).',
    );
    model.dispose();
  });

  it('is for models of createMlp only', async () => {
    const model = sequential({
      layers: [layers.dense({ name: 'head', units: 1, inputShape: [2], kernelInitializer: 'ones' })],
    });
    const message = 'the model has a weight "head/kernel", which a model of createMlp() does not have';
    await expect(toState(model)).rejects.toThrow(message);
    expect(() => loadState(model, {})).toThrow(message);
    model.dispose();
  });
});

it('names a Map and an array that is null', async () => {
  const model = createMlp(sizes);
  const state = await toState(model);
  expect(() => loadState(model, new Map(Object.entries(state)) as never)).toThrow(/got a Map: give Object.fromEntries/);
  expect(() => loadState(model, { ...state, 'layers.0.weight': null as never })).toThrow(
    /lacks the array "layers.0.weight"/,
  );
  model.dispose();
});
