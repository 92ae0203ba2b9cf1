import { enableProdMode, getBackend, removeBackend } from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../test/support/collect.js';
import { checkGradients, layerNames, UnknownLayerError } from './index.js';

/** Returns the checks made, in order: the precision and the layer. */
const rowsOf = async (options: Parameters<typeof checkGradients>[0]) =>
  (await collect(checkGradients(options))).map(({ precision, layer }) => `${precision} ${layer}`);

describe('checkGradients', () => {
  it('gives the layers that are asked for, in both precisions', async () => {
    const both = ['float64 linear', 'float64 tanh', 'float32 linear', 'float32 tanh'];
    expect(await rowsOf({ layers: ['tanh', 'linear'] })).toEqual(both);
    expect(await rowsOf({ layers: ['tanh'], precisions: ['float32'] })).toEqual(['float32 tanh']);
  });

  it('takes other sizes with another seed, and 42 by default', async () => {
    const results = (seed?: number) => collect(checkGradients({ layers: ['linear'], seed }));
    expect(await results()).toEqual(await results(42));
    expect(await results()).not.toEqual(await results(7));
  });

  it('refuses an unknown layer at the call, with the choices', () => {
    const call = () => checkGradients({ layers: ['linear', 'sigmoid'] });
    expect(call).toThrow(UnknownLayerError);
    expect(call).toThrow(`there is no layer "sigmoid"; choose from ${layerNames.join(', ')}`);
    expect(call).toThrow(expect.objectContaining({ layer: 'sigmoid', choices: layerNames }));
  });

  it('refuses an unknown precision', () => {
    expect(() => checkGradients({ precisions: ['float16' as 'float32'] })).toThrow(
      'Unknown precision "float16": choose from float64, float32.',
    );
  });

  it('ends with the reason of its signal, before the next gradient', async () => {
    const controller = new AbortController();
    const layers: string[] = [];
    const run = async () => {
      for await (const { layer } of checkGradients({ signal: controller.signal })) {
        layers.push(layer);
        if (layers.length === 2) setTimeout(() => controller.abort(new Error('enough')));
      }
    };
    await expect(run()).rejects.toThrow('enough');
    expect(layers).toEqual(layerNames.slice(0, 2));
    await expect(collect(checkGradients({ signal: AbortSignal.abort(new Error('never')) }))).rejects.toThrow('never');
  });
});

describe('in TensorFlow.js', () => {
  const single = { precisions: ['float32'] } as const;

  it('says so where no backend works', async () => {
    expect(getBackend()).toBeUndefined();
    const [result] = await collect(checkGradients({ ...single, layers: ['depthwise-conv2d'] }));
    expect(result).toMatchObject({ layer: 'depthwise-conv2d', code: 'TensorFlow.js', passed: null, inputs: [] });
    expect(result!.reason).toMatch(/^TensorFlow.js has no backend that works: /);
  });

  it('computes with the backend in use, and says what that does not have', async () => {
    enableProdMode();
    await import('@tensorflow/tfjs-backend-cpu');
    const results = await collect(checkGradients({ ...single, layers: ['batch-norm'] }));
    expect(results).toMatchObject([
      { code: 'ndarray-mlp', passed: true },
      { code: 'tfjs-ops on cpu', passed: true },
      { code: 'tfjs-backend-ort', passed: null, reason: 'the backend in use is cpu; it is a kernel of ort' },
    ]);
  });

  it('asks for a backend once, and only where a gradient needs one', async () => {
    const startTensorflow = vi.fn(async () => ({ name: 'mine', withoutOrt: 'not mine' }));
    await collect(checkGradients({ layers: ['linear', 'elu'], precisions: ['float64'], startTensorflow }));
    await collect(checkGradients({ layers: ['linear'], startTensorflow }));
    expect(startTensorflow).not.toHaveBeenCalled();
    const results = await collect(checkGradients({ ...single, layers: ['layer-norm', 'elu'], startTensorflow }));
    expect(startTensorflow).toHaveBeenCalledOnce();
    expect(results.slice(2)).toMatchObject([
      { layer: 'layer-norm', code: 'layernorm on mine', passed: true },
      { layer: 'elu', code: 'tfjs-backend-ort', passed: null, reason: 'not mine' },
    ]);
  });

  it('hands on what the start throws, and says why nothing computes', async () => {
    const failing = async () => {
      throw new Error('no such backend');
    };
    const options = { ...single, layers: ['max-pool', 'avg-pool'] };
    await expect(collect(checkGradients({ ...options, startTensorflow: failing }))).rejects.toThrow('no such backend');
    const results = await collect(
      checkGradients({ ...options, startTensorflow: async () => ({ unavailable: 'nothing works' }) }),
    );
    expect(results).toMatchObject([
      { layer: 'max-pool', code: 'TensorFlow.js', passed: null, reason: 'nothing works' },
      { layer: 'avg-pool', code: 'TensorFlow.js', passed: null, reason: 'nothing works' },
    ]);
    removeBackend('cpu');
  });
});
