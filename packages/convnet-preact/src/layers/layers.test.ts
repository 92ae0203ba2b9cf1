import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, randomTensor } from '../../../torch-layers/test/support/tensors.js';
import { Conv2d, createPreActConvNet, Linear } from '../index.js';

failOnLeaks();

describe('Conv2d', () => {
  it('starts from weights, then biases, of its seed, in the order of PyTorch', () => {
    const conv = new Conv2d({ filters: 4, kernelSize: 3, seed: [5, 2] });
    conv.build([null, 8, 8, 2]);
    const [kernel, bias] = conv.getWeights() as [tf.Tensor4D, tf.Tensor1D];
    const rng = new RandomState([5, 2]);
    const bound = 1 / Math.sqrt(18);
    const draw = () => Math.fround(rng.uniform(-bound, bound));
    const values = kernel.arraySync();
    for (let o = 0; o < 4; o++) {
      for (let i = 0; i < 2; i++) {
        for (let h = 0; h < 3; h++) for (let w = 0; w < 3; w++) expect(values[h]![w]![i]![o]).toBe(draw());
      }
    }
    expect(bias.arraySync()).toEqual(Array.from({ length: 4 }, draw));
    tf.dispose([kernel, bias]);
  });

  it('makes no gradient for what nothing depends on', async () => {
    const model = createPreActConvNet({ inputShape: [4, 4, 3], width: 1 });
    const x = randomTensor([2, 4, 4, 3], 1);
    const { kernels } = await tf.profile(() => {
      const { value, grads } = tf.variableGrads(() => tf.sum(model.apply(x, { training: true }) as tf.Tensor));
      tf.dispose([value, grads]);
    });
    const count = (kernel: string) => kernels.filter(({ name }) => name === kernel).length;
    // 13 convolutions, the first of which stands on the images.
    expect([count('Conv2DBackpropFilter'), count('Conv2DBackpropInput')]).toEqual([13, 12]);
    x.dispose();
    model.dispose();
  });

  it.each([
    [{ filters: 0 }, 'conv: filters must be a whole number of 1 or more; got 0'],
    [{ kernelSize: 2 }, 'conv: kernelSize is 2, but only an odd one keeps height and width'],
    [{ kernelSize: 0 }, 'conv: kernelSize must be a whole number of 1 or more; got 0'],
    [{ seed: undefined as never }, 'conv: seed is missing'],
  ])('arguments %o are an error', (args, message) => {
    expect(() => new Conv2d({ name: 'conv', filters: 1, kernelSize: 1, seed: 1, ...args })).toThrow(message);
  });
});

it('layers keep to the channels that they were built for', () => {
  const conv = new Conv2d({ filters: 1, kernelSize: 1, seed: 1 });
  const linear = new Linear({ units: 1, seed: 1 });
  tf.tidy(() => {
    conv.apply(tf.zeros([1, 1, 1, 2]));
    linear.apply(tf.zeros([1, 2]));
    expect(() => conv.apply(tf.zeros([1, 1, 1, 3]))).toThrow(/expected axis 3 of input shape to have value 2/);
    expect(() => linear.apply(tf.zeros([1, 3]))).toThrow(/expected axis 1 of input shape to have value 2/);
  });
  conv.dispose();
  linear.dispose();
});

it('every layer calls its hook', () => {
  const model = createPreActConvNet({ inputShape: [2, 2, 1], width: 1 });
  const called: string[] = [];
  const layers = model.layers.slice(1);
  for (const layer of layers) layer.setCallHook(() => called.push(layer.name));
  tf.tidy(() => void model.predict(tf.zeros([1, 2, 2, 1])));
  expect(called).toEqual(layers.map(({ name }) => name));
  model.dispose();
});
