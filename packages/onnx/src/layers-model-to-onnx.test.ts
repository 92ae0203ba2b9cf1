import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { input, type LayersModel, layers, model, sequential } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { largestDifference } from '../test/support/largest-difference.js';
import { disturbWeights, ownLogits, preprocessingOf, randomImages } from '../test/support/networks.js';
import { runInNode } from '../test/support/runtimes.js';
import { layersModelToOnnx } from './index.js';

const SIDE = 8;
const images = { side: SIDE, preprocessing: preprocessingOf(false, SIDE) };
const classNames = ['a', 'b', 'c'];
const made: LayersModel[] = [];

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});
afterEach(() => {
  for (const one of made.splice(0)) one.dispose();
});

/** Makes a model of layers, one after the other, on images or on rows of their numbers. */
function network(isFlat: boolean, ...list: layers.Layer[]): LayersModel {
  const x = input({ shape: isFlat ? [3 * SIDE ** 2] : [SIDE, SIDE, 3] });
  const y = list.reduce((value, layer) => layer.apply(value) as typeof x, x);
  const one = model({ inputs: x, outputs: y });
  made.push(one);
  return one;
}

async function expectSame(one: LayersModel): Promise<void> {
  disturbWeights(one);
  const bytes = randomImages(2, SIDE, 4);
  const onnx = await layersModelToOnnx(one, { images, classNames });
  const { logits } = await runInNode(onnx, bytes, [2, SIDE, SIDE, 3]);
  expect(largestDifference(logits, ownLogits(one, bytes, images))).toBeLessThan(1e-5);
}

describe("tf.layers' own layers", () => {
  it('flatten keeps their order of numbers, with the channels last', async () => {
    await expectSame(network(false, layers.flatten(), layers.dense({ units: 3 })));
  });

  it.each(['valid', 'same'] as const)('maxPooling2d with padding %s', async (padding) => {
    const pool = layers.maxPooling2d({ poolSize: 3, strides: 2, padding });
    await expectSame(network(false, pool, layers.flatten(), layers.dense({ units: 3 })));
  });

  it('dense with an activation, and without a bias', async () => {
    const hidden = layers.dense({ units: 5, activation: 'tanh', useBias: false });
    await expectSame(network(true, hidden, layers.dropout({ rate: 0.5 }), layers.dense({ units: 3 })));
  });

  it('a sequential model', async () => {
    const one = sequential({ layers: [layers.dense({ units: 3, inputShape: [3 * SIDE ** 2] })] });
    made.push(one);
    await expectSame(one);
  });
});

describe('refuses', () => {
  const dense = () => layers.dense({ units: 3 });
  const options = { images, classNames };

  test.each<[string, () => LayersModel, RegExp]>([
    [
      'a layer that is not written',
      () => network(false, layers.conv2d({ filters: 2, kernelSize: 3 }), layers.flatten(), dense()),
      /The layer "conv2d_\w+" of class Conv2D is not written as ONNX; use layers of Activation, Add/,
    ],
    [
      'an activation that is not written',
      () => network(true, layers.dense({ units: 4, activation: 'hardSigmoid' }), dense()),
      /of class Dense has the activation "hard_?[sS]igmoid"/,
    ],
    [
      'pools that are not square',
      () => network(false, layers.maxPooling2d({ poolSize: [2, 3] }), layers.flatten(), dense()),
      /has the pool size \[2, 3\]/,
    ],
    [
      'a layer in several places',
      () => {
        const twice = layers.dense({ units: 3 * SIDE ** 2 });
        return network(true, twice, twice, dense());
      },
      /stands in several places; give every place a layer of its own/,
    ],
  ])('%s', async (_, make, message) => {
    const promise = layersModelToOnnx(make(), options);
    await expect(promise).rejects.toThrow(message);
    await expect(promise).rejects.toMatchObject({ name: 'OnnxError', code: 'UNSUPPORTED' });
  });

  test.each<[string, object, RegExp]>([
    ['another number of classes', { classNames: ['a', 'b'] }, /shape \[null, 3\], and there are 2 names of classes/],
    [
      'images of another side',
      { images: { ...images, side: 9 } },
      /The mean image has 192 numbers, and images of a side of 9/,
    ],
    [
      'another input',
      { images: { side: 9, preprocessing: preprocessingOf(true, 9) } },
      /takes inputs of shape \[null, 192\], which images of a side of 9 are not; it must be \[null, 243\] or/,
    ],
    [
      'another resolution of rows',
      { images: { side: SIDE, resolution: 16, preprocessing: preprocessingOf(true, SIDE) } },
      /which images of a side of 16 are not/,
    ],
  ])('%s', async (_, changes, message) => {
    const promise = layersModelToOnnx(network(true, dense()), { ...options, ...changes });
    await expect(promise).rejects.toThrow(message);
    await expect(promise).rejects.toMatchObject({ code: 'INVALID' });
  });
});
