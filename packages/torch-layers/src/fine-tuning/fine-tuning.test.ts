import * as tf from '@tensorflow/tfjs-core';
import { input, type LayersModel, layers, model as layersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { failOnLeaks, randomTensor } from '../../test/support/tensors.js';
import { classifierHead } from '../classifier/head.js';
import { classifierSettings } from '../classifier/options.js';
import { ConvNorm } from '../layers/conv-norm.js';
import { headFeatures } from './head-features.js';
import { freezeStages, stageCount } from './stages.js';
import { variableGroups } from './variable-groups.js';

failOnLeaks();

let model: LayersModel;
let x: tf.Tensor;

beforeEach(() => {
  const images = input({ shape: [null, null, 3] });
  const convs = [0, 1, 1, 2].map(
    (stage, i) => new ConvNorm({ name: `conv${i}`, norm: `bn${i}`, filters: 4, kernelSize: 3, seed: i, stage }),
  );
  const maps = convs.reduce((y, layer) => layer.apply(y) as SymbolicTensor, images as SymbolicTensor);
  const settings = classifierSettings('test', { numClasses: 2, dropout: 0.5 });
  const logits = classifierHead(maps, { pool: 'pool', linear: '_fc' }, settings, 9);
  model = layersModel({ name: 'net', inputs: images, outputs: logits });
  x = randomTensor([2, 6, 5, 3], 1);
});

afterEach(() => {
  x.dispose();
  model.dispose();
});

/** Returns the kernels that a backward pass runs, by name. */
async function backwardKernels(): Promise<Record<string, number>> {
  const { backbone, head } = variableGroups(model);
  const { kernels } = await tf.profile(() => {
    const loss = () => tf.sum(tf.square(model.apply(x, { training: true, step: 1 }) as tf.Tensor)) as tf.Scalar;
    const { value, grads } = tf.variableGrads(loss, [...backbone, ...head]);
    expect(Object.keys(grads)).toHaveLength(backbone.length + head.length);
    tf.dispose([value, grads]);
  });
  const count = (kernel: string) => kernels.filter(({ name }) => name === kernel).length;
  return { filters: count('Conv2DBackpropFilter'), inputs: count('Conv2DBackpropInput') };
}

it.each([
  // The first convolution that is trained needs no gradient for its input.
  [0, 4, { filters: 4, inputs: 3 }],
  [1, 3, { filters: 3, inputs: 2 }],
  [2, 1, { filters: 1, inputs: 0 }],
  [3, 0, { filters: 0, inputs: 0 }],
])(
  'with %i stages frozen, gradients are made for %i convolutions and nothing below',
  async (count, trained, kernels) => {
    expect(stageCount(model)).toBe(3);
    freezeStages(model, 3);
    freezeStages(model, count);
    const { backbone, head } = variableGroups(model);
    expect(backbone).toHaveLength(3 * trained);
    expect(head.map(({ shape }) => shape)).toEqual([[4, 2], [2]]);
    expect(await backwardKernels()).toEqual(kernels);
  },
);

it.each([-1, 4, 1.5, Number.NaN])('%f stages are an error', (count) => {
  expect(() => freezeStages(model, count)).toThrow(
    `freezeStages: count must be a whole number from 0 to 3, the stages of net; got ${count}.`,
  );
  expect(variableGroups(model).backbone).toHaveLength(12);
});

it('headFeatures gives what the linear layer reads', () => {
  const features = headFeatures(model);
  expect(features.outputs[0]!.shape).toEqual([null, 4]);
  tf.tidy(() => {
    const [kernel, bias] = model.getLayer('fc').getWeights() as [tf.Tensor2D, tf.Tensor1D];
    const logits = tf.add(tf.matMul(features.predict(x) as tf.Tensor2D, kernel), bias);
    const expected = (model.predict(x) as tf.Tensor).dataSync();
    logits.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });
});

it('a model without a head has no groups and no features', () => {
  const images = input({ shape: [2, 2, 3] });
  const flat = layersModel({ name: 'flat', inputs: images, outputs: layers.flatten().apply(images) as SymbolicTensor });
  for (const f of [variableGroups, headFeatures]) {
    expect(() => f(flat)).toThrow('the model "flat" ends in Flatten, which has no weights; give a model that ends in');
  }
});
