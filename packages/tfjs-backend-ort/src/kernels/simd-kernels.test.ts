import { Adam, BatchNorm, batchNormTraining, foldNorm, SGD } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAgreement, randomTensor, startBackends } from '../../test/on-both-backends.js';
import type { OrtBackend } from '../backend/ort-backend.js';

beforeAll(startBackends);

const size = (maximum: number) => fc.integer({ min: 1, max: maximum });

const pair = (maximum: number) => fc.tuple(size(maximum), size(maximum));

const pooling = fc
  .record({
    shape: fc.tuple(size(3), size(9), size(9), size(9)),
    filter: pair(3),
    strides: pair(3),
    pad: fc.constantFrom<'same' | 'valid' | number>('same', 'valid', 0, 1),
    seed: fc.nat(),
  })
  // With a number as padding, tfjs takes filter and strides for square.
  .map(({ filter: [f, g], strides: [s, t], pad, ...rest }) => {
    const isSquare = typeof pad === 'number';
    const sizes: Record<'filter' | 'strides', [number, number]> = {
      filter: [f, isSquare ? f : g],
      strides: [s, isSquare ? s : t],
    };
    return { ...rest, ...sizes, pad };
  })
  // Windows fit into the image and hold some of it, and tfjs hands the input on where nothing is pooled.
  .filter(({ shape, filter, pad }) => filter.every((f, axis) => f <= shape[axis + 1] && (pad !== 1 || f > 1)))
  .filter(({ filter }) => Math.max(...filter) > 1);

type Pool = (x: tf.Tensor4D) => tf.Tensor4D;

/** Returns the pooled values and the gradient of their product with something. */
function valueAndGradient(x: tf.Tensor4D, pool: Pool, seed: number): tf.Tensor[] {
  const y = pool(x);
  const dy = randomTensor(y.shape, seed + 1) as tf.Tensor4D;
  return [y, tf.grad((input: tf.Tensor) => pool(input as tf.Tensor4D))(x, dy)];
}

describe('pooling', () => {
  it('max, with gradient', async () => {
    await fc.assert(
      fc.asyncProperty(pooling, async ({ shape, filter, strides, pad, seed }) => {
        const pool: Pool = (x) => tf.maxPool(x, filter, strides, pad, typeof pad === 'number' ? 'floor' : undefined);
        await expectAgreement(
          // Few different values, so that windows have ties.
          () => valueAndGradient(tf.round(tf.mul(randomTensor(shape, seed), 3)) as tf.Tensor4D, pool, seed),
          { kernels: ['MaxPool', 'MaxPoolGrad'] },
        );
      }),
      { numRuns: 60 },
    );
  });

  it('max: the gradient to a result whose winners were not kept', async () => {
    await fc.assert(
      fc.asyncProperty(pooling, async ({ shape, filter: filterSize, strides, pad, seed }) => {
        const dimRoundingMode = typeof pad === 'number' ? 'floor' : undefined;
        const attributes = { filterSize, strides, pad, ...(dimRoundingMode && { dimRoundingMode }) };
        await expectAgreement(
          () => {
            const input = tf.round(tf.mul(randomTensor(shape, seed), 3)) as tf.Tensor4D;
            const output = tf.maxPool(input, filterSize, strides, pad, dimRoundingMode);
            const inputs = { dy: randomTensor(output.shape, seed + 1), input, output };
            return tf.engine().runKernel<tf.Tensor>('MaxPoolGrad', inputs, attributes);
          },
          { kernels: ['MaxPool', 'MaxPoolGrad'] },
        );
      }),
      { numRuns: 30 },
    );
  });

  it('max keeps the winners where a gradient may follow, two bytes for each, until the result goes', async () => {
    await tf.setBackend('ort');
    const kept = () => (tf.backend() as OrtBackend).memory().numBytesAttached;
    const [before, during] = [kept(), [] as number[]];
    const x = tf.ones([2, 8, 8, 3]) as tf.Tensor4D;
    tf.dispose(tf.maxPool(x, 3, 2, 'same'));
    const dx = tf.grad((input: tf.Tensor) => {
      const y = tf.maxPool(input as tf.Tensor4D, 3, 2, 'same');
      during.push(kept() - before);
      return y;
    })(x);
    expect(during).toEqual([2 * (2 * 4 * 4 * 3)]);
    expect(kept()).toBe(before);
    tf.dispose([x, dx]);
  });

  it('average, with gradient', async () => {
    await fc.assert(
      fc.asyncProperty(pooling, async ({ shape, filter, strides, pad, seed }) => {
        const pool: Pool = (x) => tf.avgPool(x, filter, strides, pad, typeof pad === 'number' ? 'floor' : undefined);
        await expectAgreement(() => valueAndGradient(randomTensor(shape, seed) as tf.Tensor4D, pool, seed), {
          kernels: ['AvgPool', 'AvgPoolGrad'],
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('depthwise convolution', () => {
  it('with both gradients, any filter, stride, dilation and padding', async () => {
    const forward = 'DepthwiseConv2dNative';
    const convolution = fc.record({
      shape: fc.tuple(size(2), size(7), size(7), size(9)),
      filter: fc.tuple(size(5), size(5)),
      strides: size(3),
      dilations: size(2),
      strided: fc.boolean(),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(convolution, async ({ shape, filter, strides, dilations, strided, seed }) => {
        const options: [number, number] = strided ? [strides, 1] : [1, dilations];
        const convolve = (x: tf.Tensor, w: tf.Tensor) =>
          tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, options[0], 'same', 'NHWC', options[1]);
        await expectAgreement(
          () => {
            const x = randomTensor(shape, seed);
            const w = randomTensor([...filter, shape[3], 1], seed + 1);
            const y = convolve(x, w);
            // tfjs has no gradient of a dilated one.
            if (options[1] > 1) return y;
            return [y, ...tf.grads(convolve)([x, w], randomTensor(y.shape, seed + 2) as tf.Tensor4D)];
          },
          { kernels: options[1] > 1 ? [forward] : [forward, `${forward}BackpropInput`, `${forward}BackpropFilter`] },
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('depthwise convolution with a bias and an activation', () => {
  it.each(['linear', 'relu', 'relu6', 'elu'] as const)('%s', async (activation) => {
    const convolution = fc.record({
      shape: fc.tuple(size(3), size(6), size(6), size(9)),
      filter: fc.tuple(size(5), size(5)),
      strides: size(2),
      biased: fc.boolean(),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(convolution, async ({ shape, filter, strides, biased, seed }) => {
        const channels = shape[3];
        await expectAgreement(
          () =>
            tf.fused.depthwiseConv2d({
              x: randomTensor(shape, seed) as tf.Tensor4D,
              filter: tf.mul(randomTensor([...filter, channels, 1], seed + 1), 4) as tf.Tensor4D,
              bias: biased ? randomTensor([channels], seed + 2) : undefined,
              strides,
              pad: 'same',
              activation,
            }),
          { kernels: ['FusedDepthwiseConv2D'], tolerance: 2e-6 },
        );
      }),
      { numRuns: 25 },
    );
  });
});

it.each(['relu', 'relu6'])('the gradients behind a bias and %s', async (activation) => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(size(4), size(5), size(5), size(20)), fc.nat(), async (shape, seed) => {
      await expectAgreement(
        () => {
          const dy = randomTensor(shape, seed);
          const y = tf.clipByValue(tf.mul(randomTensor(shape, seed + 1), 8), 0, activation === 'relu6' ? 6 : 8);
          if (tf.getKernel('CifarlabRectifierGrad', tf.getBackend())) {
            return tf.engine().runKernel('CifarlabRectifierGrad', { dy, y }, { activation }) as unknown as tf.Tensor[];
          }
          const passes = tf.logicalAnd(tf.greater(y, 0), tf.less(y, activation === 'relu6' ? 6 : 9));
          const dz = tf.where(passes, dy, tf.zerosLike(dy));
          return [dz, tf.sum(dz, [0, 1, 2])];
        },
        { kernels: ['CifarlabRectifierGrad'] },
      );
    }),
    { numRuns: 40 },
  );
});

it('bilinear resizing, to any size, with either kind of centres, and with aligned corners', async () => {
  const resizing = fc.record({
    shape: fc.tuple(size(3), size(7), size(7), size(5)),
    to: fc.tuple(size(15), size(15)),
    mode: fc.constantFrom<[boolean, boolean]>([false, false], [false, true], [true, false]),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(resizing, async ({ shape, to, mode, seed }) => {
      await expectAgreement(() => tf.image.resizeBilinear(randomTensor(shape, seed) as tf.Tensor4D, to, ...mode), {
        kernels: ['ResizeBilinear'],
      });
    }),
    { numRuns: 60 },
  );
});

it('a batch normalisation folded into a filter, with its gradients', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(size(3), size(3), size(5), size(9)),
      fc.boolean(),
      fc.nat(),
      async (shape, depthwise, seed) => {
        const channels = shape[3];
        const vector = (index: number) => randomTensor([channels], seed + index);
        const [mean, variance] = [() => tf.mul(vector(1), 3), () => tf.abs(vector(2))];
        const fold = (inputs: [tf.Tensor, tf.Tensor, tf.Tensor], which: 'filter' | 'bias') => {
          const [filter, gamma, beta] = inputs;
          const norm = { gamma, beta, mean: mean(), variance: variance(), epsilon: 1e-2 };
          return foldNorm(filter, norm, { depthwise })[which];
        };
        await expectAgreement(
          () => {
            const filterShape = depthwise ? [shape[0], shape[1], channels, 1] : shape;
            const inputs: [tf.Tensor, tf.Tensor, tf.Tensor] = [randomTensor(filterShape, seed), vector(3), vector(4)];
            const both = (...values: tf.Tensor[]) => {
              const [filter, bias] = (['filter', 'bias'] as const).map((which) => fold(values as typeof inputs, which));
              const weights = [randomTensor(filterShape, seed + 5), vector(6)];
              return tf.add(tf.sum(tf.mul(filter, weights[0])), tf.sum(tf.mul(bias, weights[1]))) as tf.Scalar;
            };
            return [fold(inputs, 'filter'), fold(inputs, 'bias'), ...tf.grads(both)(inputs)];
          },
          { kernels: ['CifarlabFoldNorm', 'CifarlabFoldNormGrad'], tolerance: 5e-6 },
        );
      },
    ),
    { numRuns: 40 },
  );
});

describe('batch normalisation', () => {
  it.each([true, false])('with given statistics; scale and offset: %s', async (affine) => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(size(3), size(5), size(5), size(9)), fc.nat(), async (shape, seed) => {
        const vector = (index: number) => randomTensor([shape[3]], seed + index);
        await expectAgreement(
          () =>
            tf.batchNorm(
              randomTensor(shape, seed),
              tf.mul(vector(1), 10),
              tf.abs(vector(2)),
              affine ? vector(3) : undefined,
              affine ? vector(4) : undefined,
              1e-2,
            ),
          { kernels: ['FusedBatchNorm'], tolerance: 2e-6 },
        );
      }),
      { numRuns: 40 },
    );
  });

  it.each(['linear', 'relu'] as const)(
    'as a layer, in evaluation and in the gradient of one; %s',
    async (activation) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(size(4), { minLength: 1, maxLength: 4 }),
          size(9),
          fc.nat(),
          async (sizes, c, seed) => {
            const vector = (index: number) => randomTensor([c], seed + index);
            const shape = [...sizes, c];
            const run = () => {
              const layer = new BatchNorm({ activation, epsilon: 1e-2 });
              layer.build(shape);
              layer.setWeights([vector(1), vector(2), tf.mul(vector(3), 10), tf.abs(vector(4))]);
              const x = randomTensor(shape, seed);
              const y = (input: tf.Tensor) => layer.apply(input) as tf.Tensor;
              const results = [y(x), tf.grad(y)(x, randomTensor(shape, seed + 5))];
              for (const weight of layer.weights) weight.dispose();
              return results;
            };
            await expectAgreement(run, {
              kernels: ['CifarlabBatchNormInference', 'FusedBatchNorm'],
              tolerance: 2e-6,
            });
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  it('moves the running statistics, and leaves what else refers to them as it was', async () => {
    await fc.assert(
      fc.asyncProperty(size(4), size(9), fc.nat(), async (rows, channels, seed) => {
        const run = () => {
          const layer = new BatchNorm({ momentum: 0.3 });
          const shape = [rows + 1, channels];
          layer.build(shape);
          const batch = (index: number) => tf.add(tf.mul(randomTensor(shape, seed + index), 3), 1);
          const train = (index: number) => (layer.apply(batch(index), { training: true }) as tf.Tensor).dispose();
          const statistics = () => layer.getWeights().slice(2);
          train(1);
          const before = statistics().map((tensor) => tensor.clone());
          train(2);
          train(3);
          const after = statistics().map((tensor) => tensor.clone());
          for (const weight of layer.weights) weight.dispose();
          return [...before, ...after];
        };
        await expectAgreement(run, { kernels: ['CifarlabRunningAverage'] });
      }),
      { numRuns: 40 },
    );
  });

  it.each(['linear', 'relu'] as const)('in training, with its gradients; %s', async (activation) => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(size(4), size(5), size(5), size(9)), fc.nat(), async ([n, h, w, c], seed) => {
        const shape = [n + 1, h, w, c];
        const normalise = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
          batchNormTraining(x, gamma, beta, { activation, epsilon: 1e-2 });
        await expectAgreement(
          () => {
            const inputs = [
              tf.add(randomTensor(shape, seed), 3),
              randomTensor([c], seed + 1),
              randomTensor([c], seed + 2),
            ];
            const { y, mean, variance } = normalise(inputs[0], inputs[1], inputs[2]);
            const gradients = tf.grads((x, gamma, beta) => normalise(x, gamma, beta).y);
            return [y, mean, variance, ...gradients(inputs, randomTensor(shape, seed + 3))];
          },
          { kernels: ['CifarlabBatchNormTraining', 'CifarlabBatchNormTrainingGrad'], tolerance: 3e-5 },
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('optimizers', () => {
  /** Three steps from the same start with the same gradients. */
  const steps = (make: () => Adam | SGD) => () => {
    const weights = tf.variable(randomTensor([7, 9], 1));
    const optimizer = make();
    for (let step = 0; step < 3; step++) {
      const gradient = randomTensor([7, 9], 2 + step);
      optimizer.applyGradients({ [weights.name]: gradient });
    }
    const result = tf.clone(weights);
    weights.dispose();
    optimizer.dispose();
    return result;
  };

  it.each([{}, { amsgrad: true }, { weightDecay: 0.1 }])('Adam %j', async (options) => {
    await expectAgreement(
      steps(() => new Adam({ learningRate: 0.1, ...options })),
      {
        kernels: ['CifarlabAdam'],
        tolerance: 2e-6,
      },
    );
  });

  it.each([{}, { momentum: 0.9 }, { momentum: 0.9, nesterov: true, weightDecay: 0.1 }])('SGD %j', async (options) => {
    await expectAgreement(
      steps(() => new SGD({ learningRate: 0.1, ...options })),
      { kernels: ['CifarlabSgd'] },
    );
  });

  it.each<[string, () => Adam | SGD]>([
    ['Adam', () => new Adam({ learningRate: 0.1 })],
    ['SGD', () => new SGD({ learningRate: 0.1, momentum: 0.9 })],
  ])('%s works in place, and leaves values that something else refers to as they are', async (_, make) => {
    await tf.setBackend('ort');
    const optimizer = make();
    const weights = tf.tidy(() => tf.variable(randomTensor([7, 9], 1)));
    const update = (seed: number) =>
      tf.tidy(() => optimizer.applyGradients({ [weights.name]: randomTensor([7, 9], seed) }));
    // The first step makes the optimizer's state.
    for (const seed of [2, 3]) update(seed);
    const { dataId } = weights;
    const arena = () => (tf.memory() as unknown as { numBytesInArena: number }).numBytesInArena;
    const inUse = arena();
    update(4);
    expect([weights.dataId === dataId, arena()]).toEqual([true, inUse]);
    const held = tf.clone(weights);
    const before = [...held.dataSync()];
    update(5);
    expect([...held.dataSync()]).toEqual(before);
    expect([...weights.dataSync()]).not.toEqual(before);
    tf.dispose([held, weights]);
    optimizer.dispose();
  });

  it('a step drops what was derived from the old weights', async () => {
    await tf.setBackend('ort');
    const optimizer = new SGD({ learningRate: 1 });
    const x = randomTensor([2, 8, 8, 16], 1) as tf.Tensor4D;
    const filter = tf.tidy(() => tf.variable(randomTensor([3, 3, 16, 16], 2)));
    const convolve = () => tf.conv2d(x, filter as tf.Tensor4D, 1, 'same');
    const first = convolve();
    tf.tidy(() => optimizer.applyGradients({ [filter.name]: tf.mul(filter, 0.5) }));
    const [second, third] = [convolve(), convolve()];
    tf.tidy(() => {
      const half = tf.mul(first, 0.5);
      for (const each of [second, third]) expect(tf.max(tf.abs(tf.sub(each, half))).dataSync()[0]).toBeLessThan(1e-4);
    });
    tf.dispose([x, filter, first, second, third]);
    optimizer.dispose();
  });
});
