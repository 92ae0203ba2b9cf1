import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { failOnLeaks } from '../../torch-layers/test/support/tensors.js';
import initial from '../test/fixtures/initial.json' with { type: 'json' };
import { createPreActConvNet, toTorchState } from './index.js';

failOnLeaks();

it('has the layers of Figure 5, in its order and with its names', () => {
  const model = createPreActConvNet();
  expect(model.layers.map(({ name, outputShape }) => [name, ...(outputShape as number[]).slice(1)])).toEqual([
    ['images', 32, 32, 3],
    ['conv0', 32, 32, 64],
    ['PreAct1', 32, 32, 64],
    ['conv1', 32, 32, 128],
    ['maxpool1', 16, 16, 128],
    ['PreAct2_a', 16, 16, 128],
    ['PreAct2_b', 16, 16, 128],
    ['conv2', 16, 16, 256],
    ['maxpool2', 8, 8, 256],
    ['PreAct3_a', 8, 8, 256],
    ['PreAct3_b', 8, 8, 256],
    ['conv3', 8, 8, 512],
    ['maxpool3', 4, 4, 512],
    ['PreAct4_a', 4, 4, 512],
    ['PreAct4_b', 4, 4, 512],
    ['maxpool4', 2, 2, 512],
    ['PreAct5_a', 2, 2, 512],
    ['PreAct5_b', 2, 2, 512],
    ['maxpool5', 1, 1, 512],
    ['bn', 1, 1, 512],
    ['flatten', 512],
    ['linear', 10],
  ]);
  expect(model.getLayer('PreAct2_a').getClassName()).toBe('CifarlabPreActBlock');
  const trainable = model.trainableWeights;
  expect(trainable).toHaveLength(48);
  expect(trainable.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0)).toBe(11_138_122);
  expect(trainable.slice(0, 7).map(({ originalName }) => originalName)).toEqual([
    'conv0/kernel',
    'conv0/bias',
    'PreAct1/gamma',
    'PreAct1/beta',
    'PreAct1/kernel',
    'PreAct1/bias',
    'conv1/kernel',
  ]);
  model.dispose();
});

it("starts from NumPy's numbers, array by array", async () => {
  const model = createPreActConvNet();
  const state = await toTorchState(model);
  model.dispose();
  expect(Object.keys(state)).toEqual(initial.map(({ name }) => name));
  for (const { name, shape, first, sum } of initial) {
    const { data, shape: ours } = state[name]!;
    expect(ours, name).toEqual(shape);
    expect([...data.subarray(0, 4)], name).toEqual(first);
    expect(
      data.reduce((total, value) => total + value, 0),
      name,
    ).toBeCloseTo(sum, 8);
  }
});

it('starts from the seed alone', async () => {
  const start = async (seed: number, options = {}) => {
    const model = createPreActConvNet({ seed, width: 2, ...options });
    const state = await toTorchState(model);
    model.dispose();
    return state;
  };
  const seven = await start(7);
  expect(await start(7)).toEqual(seven);
  expect((await start(8))['conv0.weight']).not.toEqual(seven['conv0.weight']);
  // Other classes, other images: the layers they leave alone start the same.
  const other = await start(7, { numClasses: 3, inputShape: [8, 20, 3] });
  expect(other['PreAct5_b.conv.weight']).toEqual(seven['PreAct5_b.conv.weight']);
  expect(other['linear.weight']!.shape).toEqual([3, 16]);
});

it('takes images of other sizes and numbers of channels', () => {
  const model = createPreActConvNet({ inputShape: [1, 17, 1], numClasses: 2, width: 1 });
  tf.tidy(() => {
    expect((model.apply(tf.zeros([3, 1, 17, 1])) as tf.Tensor).shape).toEqual([3, 2]);
  });
  model.dispose();
});

it('refuses one value per channel in training mode', () => {
  const model = createPreActConvNet({ width: 1 });
  const apply = (shape: number[], training: boolean) => tf.tidy(() => void model.apply(tf.zeros(shape), { training }));
  expect(() => apply([1, 32, 32, 3], true)).toThrow(/has 1 value per channel, but a variance needs 2 or more/);
  apply([1, 32, 32, 3], false);
  apply([2, 32, 32, 3], true);
  model.dispose();
});

it.each([
  [{ inputShape: [33, 32, 3] }, 'inputShape is [33,32,3], but five poolings leave one pixel of 32x32 at most'],
  [{ inputShape: [32, 33, 3] }, 'inputShape is [32,33,3], but five poolings leave one pixel of 32x32 at most'],
  [{ inputShape: [32, 32] }, 'inputShape is [32,32], but [height, width, channels] is needed'],
  [{ inputShape: [32, 0, 3] }, 'a size of inputShape [32,0,3] must be a whole number of 1 or more; got 0'],
  [{ numClasses: 1.5 }, 'numClasses must be a whole number of 1 or more; got 1.5'],
  [{ width: 0 }, 'width must be a whole number of 1 or more; got 0'],
  [{ classes: 3 }, 'unknown option "classes"; the options are inputShape, numClasses, seed, width'],
  [{ seed: -1 }, 'the seed -1'],
  [{ seed: 'x' as never }, 'A seed must be an integer'],
])('%o is an error', (options, message) => {
  expect(() => createPreActConvNet(options as Parameters<typeof createPreActConvNet>[0])).toThrow(message);
});
