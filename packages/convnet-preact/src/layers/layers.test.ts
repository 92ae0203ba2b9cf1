import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, randomTensor } from '../../test/support/tensors.js';
import { Conv2d, createPreActConvNet, Linear, MaxPool3x3 } from '../index.js';
import { padAndPool } from './max-pool.js';

failOnLeaks();

describe('MaxPool3x3', () => {
  const size = fc.integer({ min: 1, max: 9 });

  it('takes the largest of each window of an image with a rim of one', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (height, width, seed) => {
        const x = tf.tidy(() => tf.sub(randomTensor([1, height, width, 1], seed), 2)) as tf.Tensor4D;
        const pixels = x.arraySync()[0]!.map((row) => row.map(([value]) => value!));
        const halves = (n: number) => Array.from({ length: Math.ceil(n / 2) }, (_, i) => 2 * i);
        const expected = halves(height).map((i) =>
          halves(width).map((j) =>
            Math.max(...pixels.slice(Math.max(0, i - 1), i + 2).flatMap((row) => row.slice(Math.max(0, j - 1), j + 2))),
          ),
        );
        const layer = new MaxPool3x3();
        const y = layer.apply(x) as tf.Tensor4D;
        expect(y.arraySync()[0]!.map((row) => row.map(([value]) => value))).toEqual(expected);
        expect(layer.computeOutputShape([null, height, width, 1])).toEqual([null, ...y.shape.slice(1)]);
        tf.dispose([x, y]);
      }),
      { numRuns: 50 },
    );
  });

  it('has the same values and gradients by way of a padded input', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (height, width, seed) => {
        const x = tf.tidy(() => tf.sub(randomTensor([2, height, width, 3], seed), 2)) as tf.Tensor4D;
        const direct = tf.valueAndGrad((input: tf.Tensor4D) => tf.sum(tf.square(tf.maxPool(input, 3, 2, 1, 'floor'))));
        const padded = tf.valueAndGrad((input: tf.Tensor4D) => tf.sum(tf.square(padAndPool(input))));
        const [a, b] = [direct(x), padded(x)];
        expect([...b.value.dataSync(), ...b.grad.dataSync()]).toEqual([...a.value.dataSync(), ...a.grad.dataSync()]);
        tf.dispose([x, a, b]);
      }),
      { numRuns: 50 },
    );
  });

  it('knows its output where the size of the image is not known', () => {
    expect(new MaxPool3x3().computeOutputShape([null, null, 7, 2])).toEqual([null, null, 4, 2]);
  });
});

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

describe('Linear', () => {
  it('is x W + b, from weights, then biases, of its seed', () => {
    const linear = new Linear({ units: 2, seed: 9 });
    tf.tidy(() => {
      const y = linear.apply(tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], [4, 3])) as tf.Tensor2D;
      const rng = new RandomState(9);
      const bound = 1 / Math.sqrt(3);
      const [w, b] = [6, 2].map((n) => Array.from({ length: n }, () => Math.fround(rng.uniform(-bound, bound))));
      const expected = [0, 1, 2].map((i) => [0, 1].map((o) => Math.fround(w![3 * o + i]! + b![o]!)));
      expect(y.arraySync()).toEqual([...expected, b]);
    });
    linear.dispose();
  });

  it('refuses what is no matrix, and arguments that are none', () => {
    expect(() => new Linear({ name: 'linear', units: 1, seed: 1 }).build([null, 2, 2])).toThrow(
      'linear: the input has shape [null,2,2], but [batch, features] with a known number of features is needed.',
    );
    expect(() => new Linear({ name: 'linear', units: -1, seed: 1 })).toThrow(
      'linear: units must be a whole number of 1 or more; got -1.',
    );
    expect(() => new Linear({ name: 'linear', units: 1 } as never)).toThrow('linear: seed is missing');
  });
});
