import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, sequential } from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededState } from '../../test/support/seeded-state.js';
import { failOnLeaks, maxNormError, randomTensor } from '../../test/support/tensors.js';
import { loadTorchState } from '../torch/load-torch-state.js';
import { toTorchState } from '../torch/to-torch-state.js';
import { ConvNorm, type ConvNormArguments } from './conv-norm.js';

failOnLeaks();

const shared = { name: 'conv', norm: 'bn', kernelSize: 3, seed: 1 };
const variants: (ConvNormArguments & { size: number })[] = [
  { ...shared, filters: 4, size: 6, activation: 'relu6' },
  { ...shared, filters: 4, size: 7, stride: 2, activation: 'relu' },
  { ...shared, filters: 2, size: 7, stride: 2, padding: 1, epsilon: 1e-3 },
  { ...shared, filters: 5, size: 4, kernelSize: 1, padding: 0 },
  { ...shared, depthwise: true, size: 6, activation: 'relu6' },
  { ...shared, depthwise: true, size: 5, kernelSize: 5, stride: 2, activation: 'relu' },
];

async function modelOf(args: ConvNormArguments, inputShape: (number | null)[]): Promise<LayersModel> {
  const model = sequential({ layers: [new ConvNorm({ ...args, inputShape })] });
  loadTorchState(model, seededState(await toTorchState(model), 3));
  return model;
}

/** Returns the layer's definition, step by step, with the layer's own statistics. */
function unfolded(model: LayersModel, x: tf.Tensor4D): tf.Tensor {
  const layer = model.layers[0] as ConvNorm;
  const [kernel, gamma, beta, mean, variance] = layer.weights.map((weight) => weight.read());
  const { stride, padding, depthwise, activation } = layer;
  const { epsilon } = layer.getConfig() as { epsilon: number };
  const z = (depthwise ? tf.depthwiseConv2d : tf.conv2d)(x, kernel as tf.Tensor4D, stride, padding) as tf.Tensor4D;
  const y = tf.batchNorm(z, mean as never, variance as never, beta as never, gamma as never, epsilon);
  return activation === 'relu6' ? tf.relu6(y) : activation === 'relu' ? tf.relu(y) : y;
}

describe.each(variants)(
  '$kernelSize x $kernelSize, stride $stride, padding $padding, $activation',
  ({ size, ...args }) => {
    it('is what its definition says, in value, in shape and in all gradients', async () => {
      const model = await modelOf(args, [null, null, 3]);
      const x = tf.tidy(() => tf.variable(randomTensor([2, size, size + 1, 3], 4) as tf.Tensor4D));
      const variables = [...model.trainableWeights.map((weight) => weight.read() as tf.Variable), x];
      const gradientsOf = (f: () => tf.Tensor) => {
        const dy = randomTensor(model.layers[0]!.computeOutputShape([2, size, size + 1, 3]) as number[], 5);
        const { value, grads } = tf.variableGrads(() => tf.sum(tf.mul(f(), dy)) as tf.Scalar, variables);
        const values = [value, ...variables.map(({ name }) => grads[name]!)].map((tensor) => [...tensor.dataSync()]);
        tf.dispose([dy, value, grads]);
        return values;
      };
      const found = gradientsOf(() => model.apply(x, { training: true }) as tf.Tensor);
      const expected = gradientsOf(() => unfolded(model, x));
      expect(found).toHaveLength(5);
      found.forEach((values, i) => {
        expect(maxNormError(values, expected[i]!)).toBeLessThan(1e-5);
      });
      tf.tidy(() => {
        const [y, z] = [model.predict(x) as tf.Tensor, unfolded(model, x)];
        expect(maxNormError(y.dataSync(), z.dataSync())).toBeLessThan(1e-6);
      });
      x.dispose();
      model.dispose();
    });
  },
);

it('knows the shape of its output, also where that of its input is not known', () => {
  const size = fc.integer({ min: 3, max: 12 });
  const padding = fc.constantFrom<('same' | number)[]>('same', 0, 1, 2);
  fc.assert(
    fc.property(
      size,
      size,
      fc.constantFrom(1, 2, 3),
      fc.integer({ min: 1, max: 3 }),
      padding,
      (height, width, stride, kernelSize, pad) => {
        const layer = new ConvNorm({ ...shared, filters: 2, kernelSize, stride, padding: pad });
        tf.tidy(() => {
          const y = layer.apply(tf.zeros([1, height, width, 2])) as tf.Tensor;
          expect(layer.computeOutputShape([null, height, width, 2])).toEqual([null, ...y.shape.slice(1)]);
          expect(layer.computeOutputShape([null, null, width, 2])).toEqual([null, null, ...y.shape.slice(2)]);
        });
        layer.dispose();
      },
    ),
    { numRuns: 40 },
  );
});

describe('statistics', () => {
  const statistics = async (model: LayersModel) => {
    const state = await toTorchState(model);
    return [state['bn.running_mean']!.data, state['bn.running_var']!.data];
  };

  it.each([
    ['frozen', true, false],
    ['training', true, true],
    ['training', false, false],
  ] as const)('%s, trainable %s: they move: %s', async (batchNorm, trainable, moves) => {
    const model = await modelOf({ ...shared, filters: 2, batchNorm }, [5, 5, 2]);
    model.layers[0]!.trainable = trainable;
    const before = await statistics(model);
    const x = randomTensor([3, 5, 5, 2], 1);
    tf.tidy(() => {
      const trained = model.apply(x, { training: true }) as tf.Tensor;
      const predicted = model.predict(x) as tf.Tensor;
      if (!moves) expect(trained.dataSync()).toEqual(predicted.dataSync());
      else expect(trained.dataSync()).not.toEqual(predicted.dataSync());
    });
    const after = await statistics(model);
    if (moves) expect(after).not.toEqual(before);
    else expect(after).toEqual(before);
    expect(model.trainableWeights).toHaveLength(trainable ? 3 : 0);
    x.dispose();
    model.dispose();
  });
});

it('starts from N(0, 2 / fanOut), in the order of PyTorch', () => {
  const layer = new ConvNorm({ ...shared, filters: 2, seed: [5, 2] });
  layer.build([null, 8, 8, 3]);
  const [kernel] = layer.getWeights() as [tf.Tensor4D];
  const drawn = new RandomState([5, 2]).normals(54, 0, Math.sqrt(2 / 18));
  const values = kernel.arraySync();
  let next = 0;
  for (let o = 0; o < 2; o++) {
    for (let i = 0; i < 3; i++) {
      for (let h = 0; h < 3; h++)
        for (let w = 0; w < 3; w++) expect(values[h]![w]![i]![o]).toBe(Math.fround(drawn[next++]!));
    }
  }
  tf.dispose(layer.getWeights());
});

it('has the names of its two modules, a depthwise kernel in the layout of PyTorch', async () => {
  const args = {
    ...shared,
    name: 'blocks.1._depthwise_conv',
    module: '_blocks.1._depthwise_conv',
    norm: '_blocks.1._bn1',
  };
  const model = sequential({ layers: [new ConvNorm({ ...args, depthwise: true, inputShape: [4, 4, 2] })] });
  const state = await toTorchState(model);
  expect(Object.entries(state).map(([name, { shape }]) => [name, shape])).toEqual([
    ['_blocks.1._depthwise_conv.weight', [2, 1, 3, 3]],
    ['_blocks.1._bn1.weight', [2]],
    ['_blocks.1._bn1.bias', [2]],
    ['_blocks.1._bn1.running_mean', [2]],
    ['_blocks.1._bn1.running_var', [2]],
  ]);
  const kernel = model.layers[0]!.weights[0]!.read() as tf.Tensor4D;
  // Channel 1, row 2, column 0.
  expect(state['_blocks.1._depthwise_conv.weight']!.data[9 + 6]).toBe(kernel.arraySync()[2]![0]![1]![0]);
  loadTorchState(model, state);
  expect(await toTorchState(model)).toEqual(state);
  model.dispose();
});

it.each<[Partial<ConvNormArguments>, string]>([
  [{ norm: '' }, 'conv: norm must be the name of the batch normalisation\'s module; got ""'],
  [{ filters: 0 }, 'conv: filters must be a whole number of 1 or more; got 0'],
  [
    { filters: 2, depthwise: true },
    'conv: filters is 2, but a depthwise convolution has as many as its input has channels',
  ],
  [{ kernelSize: 0 }, 'conv: kernelSize must be a whole number of 1 or more; got 0'],
  [{ stride: 1.5 }, 'conv: stride must be a whole number of 1 or more; got 1.5'],
  [{ padding: -1 }, 'conv: padding must be'],
  [{ activation: 'elu' as never }, 'conv: activation must be one of linear, relu, relu6; got "elu"'],
  [{ batchNorm: 'none' as never }, 'conv: batchNorm must be one of frozen, training; got "none"'],
  [{ epsilon: -1 }, 'epsilon must be a finite number of 0 or more; got -1'],
  [{ seed: undefined as never }, 'conv: seed is missing'],
])('arguments %o are an error', (args, message) => {
  expect(() => new ConvNorm({ ...shared, filters: 1, ...args })).toThrow(message);
});

it('has a configuration that makes it again', () => {
  const args = {
    ...shared,
    module: '_conv',
    filters: 2,
    stride: 2,
    padding: 1,
    activation: 'relu6',
    stage: 3,
  } as const;
  const layer = new ConvNorm({ ...args, batchNorm: 'training', epsilon: 0.01, momentum: 0.2 });
  const config = layer.getConfig();
  expect(config).toMatchObject({ activation: 'relu6', stage: 3, batchNorm: 'training', epsilon: 0.01, momentum: 0.2 });
  const again = ConvNorm.fromConfig(ConvNorm as never, config) as ConvNorm;
  expect(again.getConfig()).toEqual(config);
  expect(again.torchNames).toEqual(layer.torchNames);
});
