import { batchNormTraining } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { input, model } from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failOnLeaks, maxNormError, randomTensor } from '../../../torch-layers/test/support/tensors.js';
import { PreActBlock, type PreActBlockArguments } from '../index.js';

failOnLeaks();

/** Weights unlike those that a block starts from. */
function withBlock(shape: number[], body: (block: PreActBlock, weights: tf.Tensor[], x: tf.Tensor4D) => void): void {
  const block = new PreActBlock({ name: 'block', seed: 3 });
  tf.tidy(() => {
    const x = randomTensor(shape, 5) as tf.Tensor4D;
    block.apply(x);
    const weights = block.weights.map(({ shape: of }, i) => tf.add(randomTensor(of as number[], i), i === 5 ? 1.5 : 0));
    block.setWeights(weights);
    body(block, weights, x);
  });
  block.dispose();
}

const near = (a: tf.Tensor, b: tf.Tensor) => expect(maxNormError(a.dataSync(), b.dataSync())).toBeLessThan(1e-5);

const shapes = fc.tuple(...[2, 5, 5, 4].map((max, axis) => fc.integer({ min: axis === 0 ? 2 : 1, max })));

it('is x + conv(relu(batchnorm(x))) in both modes', () => {
  fc.assert(
    fc.property(shapes, (shape) =>
      withBlock(shape, (block, [gamma, beta, kernel, bias, mean, variance], x) => {
        const expected = (normalised: tf.Tensor) =>
          tf.add(x, tf.add(tf.conv2d(tf.relu(normalised) as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same'), bias!));
        const running = tf.batchNorm(
          x,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          beta as never,
          gamma as never,
          1e-5,
        );
        near(block.apply(x) as tf.Tensor, expected(running));
        near(block.apply(x, { training: true }) as tf.Tensor, expected(batchNormTraining(x, gamma!, beta!).y));
      }),
    ),
    { numRuns: 20 },
  );
});

it('moves the running statistics in training mode only', () => {
  withBlock([2, 2, 1, 1], (block) => {
    const x = tf.tensor4d([1, 2, 3, 6], [2, 2, 1, 1]);
    const statistics = () => block.nonTrainableWeights.map((weight) => weight.read().dataSync()[0]!);
    const [mean, variance] = statistics() as [number, number];
    block.apply(x);
    block.apply(x, { training: false });
    expect(statistics()).toEqual([mean, variance]);
    block.apply(x, { training: true });
    // The unbiased variance of 1, 2, 3 and 6 is 14 / 3.
    expect(statistics()[0]).toBeCloseTo(0.9 * mean + 0.1 * 3, 6);
    expect(statistics()[1]).toBeCloseTo(0.9 * variance + (0.1 * 14) / 3, 6);
  });
});

it('can be frozen and thawed', () => {
  withBlock([2, 2, 2, 1], (block, _, x) => {
    const gradients = () =>
      Object.keys(tf.variableGrads(() => tf.sum(block.apply(x, { training: true }) as tf.Tensor)).grads).length;
    expect(block.trainableWeights.map(({ originalName }) => originalName)).toEqual(
      ['gamma', 'beta', 'kernel', 'bias'].map((name) => `block/${name}`),
    );
    expect(gradients()).toBe(4);
    block.trainable = false;
    expect(block.trainableWeights).toEqual([]);
    expect(block.weights).toHaveLength(6);
    expect(() => gradients()).toThrow(/variable/);
    block.trainable = true;
    expect(gradients()).toBe(4);
  });
});

it('leaves no tensors behind but its output', () => {
  withBlock([2, 3, 3, 2], (block, _, x) => {
    for (const training of [false, true]) {
      const before = tf.memory().numTensors;
      (block.apply(x, { training }) as tf.Tensor).dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  });
});

it('is a layer of a functional model', () => {
  const start = input({ shape: [4, 4, 2] });
  const net = model({ inputs: start, outputs: new PreActBlock({ seed: 1 }).apply(start) as typeof start });
  expect(net.outputs[0]!.shape).toEqual([null, 4, 4, 2]);
  expect(net.countParams()).toBe(4 * 2 + 9 * 2 * 2 + 2);
  net.dispose();
});

it.each([
  [{}, 'block: seed is missing; give an integer from 0 to 4294967295, or a list of them'],
  [{ seed: [] }, 'A seed must not be an empty array'],
])('arguments %o are an error', (args, message) => {
  expect(() => new PreActBlock({ name: 'block', ...args } as PreActBlockArguments)).toThrow(message);
});

it('refuses inputs that are not images, several inputs, and one value per channel', () => {
  expect(() => new PreActBlock({ name: 'block', seed: 1 }).build([null, 8])).toThrow(
    'block: the input has shape [null,8], but [batch, height, width, channels] with a known number of channels is needed.',
  );
  withBlock([2, 1, 1, 3], (block, _, x) => {
    expect(() => block.call([x, x], {})).toThrow('block takes 1 input; got 2.');
    expect(() => block.apply(tf.zeros([1, 1, 1, 3]), { training: true })).toThrow(/1 value per channel/);
    expect(() => block.apply(tf.zeros([1, 1, 1, 4]))).toThrow(/expected axis 3/);
  });
});
