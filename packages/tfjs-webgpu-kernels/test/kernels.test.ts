import { Adam, AdamW, batchNormTraining, biasedConv2d, foldNorm, SGD, smoothActivation } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerWebGpuKernels } from '../src/index.js';
import { expectAgreement, randomTensor } from './support/compare.js';
import { errors, useWebGpu } from './support/webgpu.js';

beforeEach(useWebGpu);
afterEach(() => expect(errors.splice(0).slice(0, 1)).toEqual([]));
beforeAll(() => import('@tensorflow/tfjs-backend-webgpu').then(() => void registerWebGpuKernels()));

describe('the gradient of a convolution for its filter', () => {
  const attributes = { dataFormat: 'NHWC' };
  it.each([
    // As many pixels as are split among workgroups; few; stride 2; a filter that is not square; 1x1; more than one tile.
    [[3, 12, 12, 5], [3, 3, 5, 7], 1, 'same'],
    [[2, 4, 4, 3], [3, 3, 3, 2], 1, 1],
    [[2, 7, 6, 3], [3, 3, 3, 66], 2, 'same'],
    [[1, 5, 6, 2], [2, 3, 2, 4], 1, 'valid'],
    [[2, 5, 5, 70], [1, 1, 70, 9], 1, 'valid'],
    [[1, 6, 6, 23], [3, 3, 23, 65], 1, 'same'],
  ] as const)('x %j, filter %j, stride %i, padding %s', async (xShape, filterShape, stride, pad) => {
    const info = tf.backend_util.computeConv2DInfo([...xShape], [...filterShape], stride, 1, pad);
    const compute = () =>
      tf
        .engine()
        .runKernel(
          'Conv2DBackpropFilter',
          { x: randomTensor([...xShape], 1), dy: randomTensor(info.outShape, 2) },
          { ...attributes, strides: [stride, stride], pad, filterShape: [...filterShape] },
        ) as tf.Tensor;
    await expectAgreement(compute, { shaders: ['CifarlabFilterGradient'], tolerance: 2e-6 });
  });

  it('leaves other layouts to tfjs', async () => {
    const compute = () =>
      tf.grads((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid'))([
        randomTensor([1, 4, 4, 2], 1),
        randomTensor([2, 2, 2, 3], 2),
      ]);
    await expectAgreement(compute, { shaders: ['CifarlabFilterGradient'] });
  });
});

describe('batch norm in training', () => {
  it.each([
    [[5, 3], 'linear'],
    [[2, 9, 9, 6], 'relu'],
    [[3, 6, 5, 70], 'relu'],
    [[700, 2], 'linear'],
  ] as const)('x %j, %s', async (shape, activation) => {
    const C = shape.at(-1)!;
    const f = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => batchNormTraining(x, gamma, beta, { activation });
    const inputs = () => [randomTensor([...shape], 1, 2, 3), randomTensor([C], 2), randomTensor([C], 3)] as const;
    await expectAgreement(
      () => {
        const { y, mean, variance } = f(...inputs());
        return [y, mean, variance];
      },
      { shaders: ['CifarlabChunkStatistics', `CifarlabNormalise ${activation}`], tolerance: 3e-6 },
    );
    await expectAgreement(
      () => tf.grads((x, gamma, beta) => f(x!, gamma!, beta!).y)([...inputs()], randomTensor([...shape], 4)),
      { shaders: [`CifarlabBatchNormSums ${activation}`, `CifarlabBatchNormInput ${activation}`], tolerance: 1e-5 },
    );
  });

  it('keeps its digits where the mean is large', async () => {
    const compute = () => {
      const x = randomTensor([300, 2], 1, 1, 1000);
      const { variance, mean } = batchNormTraining(x, tf.ones([2]), tf.zeros([2]));
      return [tf.cast(variance, 'float32'), tf.cast(mean, 'float32')];
    };
    await expectAgreement(compute, { shaders: ['CifarlabChunkStatistics'], tolerance: 1e-4 });
  });
});

describe('the optimizers', () => {
  const settings = { learningRate: 0.1, weightDecay: 0.01 };
  it.each([
    ['CifarlabAdam', () => new Adam(settings)],
    ['CifarlabAdam', () => new AdamW({ ...settings, beta1: 0.8, beta2: 0.99, epsilon: 1e-3 })],
    ['CifarlabAmsgradStep', () => new AdamW({ ...settings, amsgrad: true })],
    ['CifarlabSgd', () => new SGD(settings)],
    ['CifarlabSgdMomentum', () => new SGD({ ...settings, momentum: 0.9, dampening: 0.3 })],
    ['CifarlabSgdMomentum', () => new SGD({ ...settings, momentum: 0.9, nesterov: true, decoupledWeightDecay: true })],
  ])('%s, three steps', async (shader, create) => {
    const compute = () => {
      const optimizer = create();
      const variable = tf.variable(randomTensor([20, 31], 1));
      for (const seed of [2, 3, 4]) optimizer.applyGradients({ [variable.name]: randomTensor([20, 31], seed) });
      const result = tf.mul(variable, 1);
      variable.dispose();
      optimizer.dispose();
      return result;
    };
    await expectAgreement(compute, { shaders: [shader], tolerance: 1e-6 });
  });
});

describe('activations, folds and sums', () => {
  it.each(['silu', 'gelu'] as const)('%s and its gradient', async (activation) => {
    const compute = () => [
      smoothActivation(randomTensor([9, 40], 1, 6), activation),
      tf.grad((x) => smoothActivation(x, activation))(randomTensor([9, 40], 1, 6), randomTensor([9, 40], 2)),
    ];
    await expectAgreement(compute, {
      shaders: [`Cifarlab ${activation}`, `Cifarlab ${activation} gradient`],
      tolerance: 1e-6,
    });
  });

  it.each([
    [[2, 6, 5, 3], 3, 2, 1],
    [[1, 4, 4, 2], 2, 1, 'valid'],
    [[2, 5, 7, 1], 3, 2, 'same'],
  ] as const)('max-pooling of %j by %i, stride %i, padding %s', async (shape, size, stride, pad) => {
    const compute = () =>
      tf.maxPool(randomTensor([...shape], 1) as tf.Tensor4D, size, stride, pad, pad === 1 ? 'floor' : undefined);
    await expectAgreement(compute, { shaders: ['CifarlabMaxPool'], tolerance: 1e-7 });
  });

  it('NaN is not dropped by max-pooling, nor by the rectifier of a batch norm', async () => {
    const x = tf.tensor4d([1, Number.NaN, 3, 4], [1, 2, 2, 1]);
    const pooled = tf.maxPool(x, 2, 1, 'valid');
    const { y } = batchNormTraining(x, tf.ones([1]), tf.zeros([1]), { activation: 'relu' });
    expect([...(await pooled.data()), ...(await y.data())]).toEqual(new Array(5).fill(Number.NaN));
    tf.disposeVariables();
  });

  it.each(['relu', 'relu6'] as const)('a convolution with a bias and %s', async (activation) => {
    const compute = () =>
      tf.grads((x, w, b) => biasedConv2d(x!, w!, b!, { activation }))([
        randomTensor([2, 5, 5, 3], 1, 3),
        randomTensor([3, 3, 3, 4], 2),
        randomTensor([4], 3),
      ]);
    await expectAgreement(compute, { shaders: [`CifarlabRectifierGrad ${activation}`], tolerance: 2e-6 });
  });

  it.each([false, true])('a batch norm that is folded into a convolution (depthwise: %s)', async (depthwise) => {
    const shape = depthwise ? [3, 3, 5, 1] : [3, 3, 4, 5];
    const fixed = () => ({ mean: randomTensor([5], 4), variance: randomTensor([5], 5, 0.5, 1), epsilon: 1e-3 });
    const f = (filter: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
      foldNorm(filter, { gamma, beta, ...fixed() }, { depthwise });
    const inputs = () => [randomTensor(shape, 1), randomTensor([5], 2), randomTensor([5], 3)] as const;
    await expectAgreement(() => Object.values(f(...inputs())), { shaders: ['CifarlabFoldNorm'], tolerance: 1e-6 });
    const both = (filter: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => {
      const { filter: folded, bias } = f(filter, gamma, beta);
      return tf.add(tf.sum(tf.square(folded)), tf.sum(tf.square(bias))) as tf.Scalar;
    };
    await expectAgreement(() => tf.grads((a, b, c) => both(a!, b!, c!))([...inputs()]), {
      ...{ shaders: ['CifarlabFoldNormGrad', 'CifarlabFoldNormGamma'], tolerance: 2e-6 },
    });
  });

  it.each([
    [[300, 70], 0, false],
    [[4, 30, 5, 3], [0, 1, 2], true],
    [[4, 30, 5, 3], [2, 0, 1], false],
  ] as const)('sums over all axes but the last: %j', async (shape, axes, keepDims) => {
    const x = () => tf.mul(randomTensor([...shape], 1), 2);
    await expectAgreement(() => tf.sum(x(), [axes].flat() as number[], keepDims), {
      shaders: ['CifarlabColumnSums'],
      tolerance: 2e-6,
    });
  });
});

describe('products of long rows are added up in one order', () => {
  const shaders = ['MatMulSmallOutputSizeProgram'];
  const long = (shape: number[], seed: number) => randomTensor(shape, seed, 0.1);

  it.each([
    [false, false],
    [true, true],
  ])('of matrices (transposed: %s, %s)', async (transposeA, transposeB) => {
    const [a, b] = [transposeA ? [2000, 12] : [12, 2000], transposeB ? [11, 2000] : [2000, 11]];
    await expectAgreement(() => tf.matMul(long(a, 1), long(b, 2), transposeA, transposeB), { shaders });
  });

  it('with a bias', async () => {
    const compute = () =>
      tf.fused.matMul({
        a: long([12, 2000], 1),
        b: long([2000, 11], 2),
        bias: randomTensor([11], 3),
        activation: 'relu',
      });
    await expectAgreement(compute, { shaders });
  });

  it.each([
    [[1, 4, 4, 500], 2],
    [[13, 2, 2, 500], 2],
  ])('in a convolution of %j', async (shape, size) => {
    const compute = () =>
      tf.conv2d(long(shape, 1) as tf.Tensor4D, long([size, size, 500, 15], 2) as tf.Tensor4D, 1, 'valid');
    await expectAgreement(compute, { shaders });
  });
});

it('registers once', () => {
  expect(registerWebGpuKernels()).toEqual([]);
});

describe('softmax and cross-entropy', () => {
  const run = async (logits: number[][], targets: number[][], examples: number) => {
    const inputs = { logits: tf.tensor2d(logits), targets: tf.tensor2d(targets) };
    const results = tf
      .engine()
      .runKernel('CifarlabSoftmaxCrossEntropy', inputs, { examples }) as unknown as tf.Tensor[];
    const values = await Promise.all(results.map(async (tensor) => [...(await tensor.data())]));
    tf.dispose([inputs.logits, inputs.targets, ...results]);
    return { sums: values[0]!, gradient: values[1]! };
  };

  it('gives the loss, the hits and the gradient, also of logits that overflow', async () => {
    const rows = 300;
    const logits = Array.from({ length: rows }, (_, row) => [row % 7, (row % 5) - 2, row === 9 ? 1000 : 0.5]);
    const targets = logits.map((_, row) => [row % 3 === 0 ? 1 : 0.25, row % 3 === 1 ? 0.5 : 0, 0.125]);
    const { sums, gradient } = await run(logits, targets, 600);
    let [loss, correct] = [0, 0];
    logits.forEach((z, row) => {
      const t = targets[row]!;
      const largest = Math.max(...z);
      const total = z.reduce((sum, value) => sum + Math.exp(value - largest), 0);
      t.forEach((target, c) => {
        loss += target * (Math.log(total) + largest - z[c]!);
        const expected = ((t[0]! + t[1]! + t[2]!) * Math.exp(z[c]! - largest)) / total - target;
        expect(gradient[3 * row + c]! * 600).toBeCloseTo(expected, 5);
      });
      correct += z.indexOf(largest) === t.indexOf(Math.max(...t)) ? 1 : 0;
    });
    expect(sums[0]! / loss).toBeCloseTo(1, 5);
    expect(sums[1]).toBe(correct);
  });

  it('counts a row with NaN as wrong, and its loss is NaN', async () => {
    const { sums } = await run(
      [
        [Number.NaN, 1],
        [0, 1],
      ],
      [
        [1, 0],
        [0, 1],
      ],
      2,
    );
    expect(sums).toEqual([Number.NaN, 1]);
  });
});
