import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, maxNormError, randomValues, withCpuKernel } from '../../test/support/tensors.js';
import { type BiasedConv2dOptions, biasedConv2d, foldNorm, type Rectifier, rectify } from '../index.js';

failOnLeaks();

const random = (seed: number, shape: number[]) => tf.tensor(randomValues(seed, tf.util.sizeFromShape(shape)), shape);

/** tfjs's own ops, one after the other. */
function unfused(
  [x, filter, bias, residual]: tf.Tensor[],
  { stride, padding, depthwise, activation }: Required<Omit<BiasedConv2dOptions, 'residual'>>,
): tf.Tensor {
  const conv = depthwise ? tf.depthwiseConv2d : tf.conv2d;
  const sum = tf.add(conv(x as tf.Tensor4D, filter as tf.Tensor4D, stride, padding), bias!);
  const z = residual ? tf.add(sum, residual) : sum;
  return activation === 'relu6' ? tf.relu6(z) : activation === 'relu' ? tf.relu(z) : z;
}

const cases = fc.record({
  size: fc.tuple(fc.integer({ min: 3, max: 7 }), fc.integer({ min: 3, max: 7 })),
  channels: fc.integer({ min: 1, max: 4 }),
  filters: fc.integer({ min: 1, max: 3 }),
  kernel: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  padding: fc.constantFrom<('same' | number)[]>('same', 0, 1),
  depthwise: fc.boolean(),
  activation: fc.constantFrom<Rectifier[]>('linear', 'relu', 'relu6'),
  hasResidual: fc.boolean(),
  seed: fc.nat(10000),
});

describe('biasedConv2d', () => {
  it("has the values and all the gradients of tfjs's own ops", () => {
    fc.assert(
      fc.property(cases, ({ size, channels, filters, kernel, hasResidual, seed, ...options }) => {
        tf.tidy(() => {
          const outChannels = options.depthwise ? channels : filters;
          const x = tf.mul(random(seed, [2, ...size, channels]), 4);
          const filter = random(seed + 1, [kernel, kernel, channels, options.depthwise ? 1 : filters]);
          const inputs = [x, filter, random(seed + 2, [outChannels])];
          const { shape } = unfused(inputs, options);
          if (hasResidual) inputs.push(tf.mul(random(seed + 4, shape), 2));
          const fused = (...[a, b, c, residual]: tf.Tensor[]) =>
            biasedConv2d(a!, b!, c!, residual ? { ...options, residual } : options);
          const found = fused(...inputs);
          expect(maxNormError(found, unfused(inputs, options).dataSync() as never)).toBeLessThan(1e-5);
          const dy = random(seed + 3, found.shape);
          const gradients = (f: (...tensors: tf.Tensor[]) => tf.Tensor) => tf.grads(f)(inputs, dy);
          const own = gradients(fused);
          expect(own).toHaveLength(inputs.length);
          const expected = gradients((...tensors) => unfused(tensors, options));
          own.forEach((gradient, i) => {
            expect(maxNormError(gradient, expected[i]!.dataSync() as never)).toBeLessThan(1e-5);
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  it('makes the gradients that are needed, and no other', async () => {
    const [x, filter, bias] = [random(1, [1, 4, 4, 2]), random(2, [3, 3, 2, 2]), random(3, [2])];
    const backward = async (wanted: tf.Tensor[]) => {
      const { kernels } = await tf.profile(() => {
        const tensors = [x, filter, bias];
        const f = (...of: tf.Tensor[]) => {
          const [a, b, c] = tensors.map((tensor) => of[wanted.indexOf(tensor)] ?? tensor);
          return biasedConv2d(a!, b!, c!, { activation: 'relu6' });
        };
        const dy = tf.ones([1, 4, 4, 2]);
        tf.dispose([dy, ...tf.grads(f)(wanted, dy)]);
      });
      return kernels.map(({ name }) => name).filter((name) => name.startsWith('Conv2DBackprop'));
    };
    expect(await backward([filter, bias])).toEqual(['Conv2DBackpropFilter']);
    expect(await backward([x])).toEqual(['Conv2DBackpropInput']);
    expect(await backward([bias])).toEqual([]);
    tf.dispose([x, filter, bias]);
  });

  it('has no gradient at the kinks, as PyTorch has it', () => {
    tf.tidy(() => {
      const x = tf.tensor4d([-1, 0, 3, 6, 7], [1, 1, 5, 1]);
      const gradient = (activation: Rectifier) => [
        ...tf
          .grad((a) => biasedConv2d(a, tf.ones([1, 1, 1, 1]), tf.zeros([1]), { activation }))(x, tf.ones([1, 1, 5, 1]))
          .dataSync(),
      ];
      expect(gradient('relu')).toEqual([0, 0, 1, 1, 1]);
      expect(gradient('relu6')).toEqual([0, 0, 1, 0, 0]);
      expect(gradient('linear')).toEqual([1, 1, 1, 1, 1]);
    });
  });

  it.each<[object, string]>([
    [{ x: [4, 4, 2] }, 'biasedConv2d: x has shape [4, 4, 2], but [batch, height, width, channels] is needed.'],
    [
      { filter: [3, 3, 1, 2] },
      'filter has shape [3, 3, 1, 2], but x of shape [1, 4, 4, 2] needs [height, width, 2, filters].',
    ],
    [{ filter: [3, 3, 2, 2], options: { depthwise: true } }, 'needs [height, width, 2, 1].'],
    [{ bias: [3] }, 'bias has shape [3], but a filter of shape [3, 3, 2, 2] needs [2].'],
    [{ options: { stride: 0 } }, 'stride must be a whole number of 1 or more; got 0'],
    [{ options: { padding: 'valid' } }, 'padding must be "same" or a whole number of 0 or more; got "valid".'],
    [{ options: { activation: 'elu' } }, 'activation must be one of linear, relu, relu6; got "elu"'],
    [
      { options: { pad: 1 } },
      'biasedConv2d: unknown option "pad"; the options are stride, padding, depthwise, activation, residual.',
    ],
  ])('%o is an error', (change, message) => {
    const { x, filter, bias, options } = { x: [1, 4, 4, 2], filter: [3, 3, 2, 2], bias: [2], options: {}, ...change };
    tf.tidy(() => {
      expect(() => biasedConv2d(tf.zeros(x), tf.zeros(filter), tf.zeros(bias), options)).toThrow(message);
    });
  });

  it('uses a kernel for the residual, but not for no images or separate filters', () => {
    withCpuKernel(
      'CifarlabResidualConv2D',
      ({ residual }) => [residual!.map((value) => value + 1)],
      ['residual'],
      (calls) => {
        tf.tidy(() => {
          const run = (images: number, depthwise: boolean) => {
            const [x, filter] = [tf.zeros([images, 4, 4, 2]), tf.zeros([3, 3, 2, depthwise ? 1 : 2])];
            const residual = tf.ones([images, 4, 4, 2]);
            return biasedConv2d(x, filter, tf.zeros([2]), { padding: 1, depthwise, activation: 'relu6', residual });
          };
          expect(run(0, false).shape).toEqual([0, 4, 4, 2]);
          expect(maxNormError(run(1, true), new Float32Array(32).fill(1))).toBe(0);
          expect(calls).toEqual([]);
          expect(maxNormError(run(1, false), new Float32Array(32).fill(2))).toBe(0);
          const image = [1, 4, 4, 2];
          const inputs = { x: image, filter: [3, 3, 2, 2], bias: [2], residual: image };
          const attributes = { strides: [1, 1], pad: 1, dataFormat: 'NHWC', dilations: [1, 1], activation: 'relu6' };
          expect(calls).toEqual([{ inputs, attributes }]);
        });
      },
    );
  });

  it("refuses a residual of another shape than the result's, or of integers", () => {
    tf.tidy(() => {
      const run = (residual: tf.Tensor) => () =>
        biasedConv2d(tf.zeros([1, 4, 4, 2]), tf.zeros([3, 3, 2, 2]), tf.zeros([2]), { stride: 2, residual });
      expect(run(tf.zeros([1, 4, 4, 2]))).toThrow(
        "biasedConv2d: residual has shape [1, 4, 4, 2], but the convolution's result has [1, 2, 2, 2].",
      );
      expect(run(tf.zeros([1, 2, 2, 2], 'int32'))).toThrow('residual has dtype int32, but float32 is needed');
    });
  });

  it('refuses integers', () => {
    tf.tidy(() => {
      const [filter, bias] = [tf.ones([1, 1, 1, 1]), tf.zeros([1])];
      expect(() => biasedConv2d(tf.ones([1, 1, 1, 1], 'int32'), filter, bias)).toThrow(
        'biasedConv2d: x has dtype int32, but float32 is needed; cast it first.',
      );
    });
  });
});

describe('rectify', () => {
  it.each([
    ['relu', [0, 0, 3, 6, 7], [0, 0, 1, 1, 1]],
    ['relu6', [0, 0, 3, 6, 6], [0, 0, 1, 0, 0]],
  ] as const)('%s', (activation, values, slopes) => {
    tf.tidy(() => {
      const x = tf.tensor2d([-1, 0, 3, 6, 7], [5, 1]);
      const { value, grad } = tf.valueAndGrad((a: tf.Tensor) => rectify(a, activation))(x, tf.onesLike(x));
      expect([...value.dataSync()]).toEqual(values);
      expect([...grad.dataSync()]).toEqual(slopes);
    });
  });

  it('passes on what is not rectified', () => {
    tf.tidy(() => {
      const x = tf.zeros([1, 1]);
      expect(rectify(x, 'linear')).toBe(x);
    });
  });

  it('refuses an activation that it does not know', () => {
    tf.tidy(() => {
      expect(() => rectify(tf.zeros([1, 1]), 'elu' as never)).toThrow('activation must be one of linear, relu, relu6');
    });
  });
});

describe('foldNorm', () => {
  it.each([false, true])('is the convolution and the normalisation, depthwise %s', (depthwise) => {
    tf.tidy(() => {
      const [x, filter] = [random(1, [2, 4, 4, 3]), random(2, [3, 3, 3, depthwise ? 1 : 2])] as [
        tf.Tensor4D,
        tf.Tensor4D,
      ];
      const channels = depthwise ? 3 : 2;
      const [gamma, beta, mean] = [3, 4, 5].map((seed) => random(seed, [channels])) as [
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
      ];
      const variance = tf.add(tf.abs(random(6, [channels])), 0.1) as tf.Tensor1D;
      const folded = foldNorm(filter, { gamma, beta, mean, variance, epsilon: 0.01 }, { depthwise });
      const conv = depthwise ? tf.depthwiseConv2d : tf.conv2d;
      const expected = tf.batchNorm(conv(x, filter, 1, 'same') as tf.Tensor4D, mean, variance, beta, gamma, 0.01);
      const found = biasedConv2d(x, folded.filter, folded.bias, { depthwise });
      expect(maxNormError(found, expected.dataSync() as never)).toBeLessThan(1e-5);
    });
  });
});
