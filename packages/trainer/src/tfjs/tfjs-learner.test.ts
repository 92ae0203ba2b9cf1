import { Adam, BatchNorm, SeededDropout, SGD } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { imageBatches, smallConvNet } from '../../test/support/small-convnet.js';
import { type BatchSums, train } from '../index.js';
import {
  type Classified,
  TfjsLearner as Learner,
  type TfjsBatch,
  type TfjsLearnerOptions,
  type TfjsModel,
} from '../tfjs.js';
import { microBatches } from './micro-batches.js';

/** The learner on a backend that computes at once. */
interface TfjsLearner extends Omit<Learner, 'trainStep' | 'evalStep' | 'classify' | 'predict'> {
  trainStep(...args: Parameters<Learner['trainStep']>): BatchSums;
  evalStep(...args: Parameters<Learner['evalStep']>): BatchSums;
  classify(...args: Parameters<Learner['classify']>): Classified;
  predict(...args: Parameters<Learner['predict']>): Float32Array;
}
const TfjsLearner = Learner as unknown as new (options: TfjsLearnerOptions) => TfjsLearner;

beforeEach(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

const create = (seed = 1, labelSmoothing = 0) =>
  new TfjsLearner({ model: smallConvNet(seed), optimizer: new Adam(), labelSmoothing });
const run = (learner: TfjsLearner, data: TfjsBatch[], learningRate = 0.01) =>
  data.map((batch, i) => learner.trainStep(batch, { step: i + 1, learningRate }));
const [first, second] = imageBatches(2) as [TfjsBatch, TfjsBatch];

/** Returns a model with hand-made logits: x [n, classes] times a matrix. */
function linearModel(values: number[], classes: number): TfjsModel & { calls: object[] } {
  const variable = tf.variable(tf.tensor(values, [values.length / classes, classes]));
  const weight = {
    name: variable.name,
    originalName: 'linear/kernel',
    read: () => variable,
    write: (value: tf.Tensor) => variable.assign(value),
  };
  const calls: object[] = [];
  return {
    calls,
    weights: [weight],
    trainableWeights: [weight],
    apply(x, kwargs) {
      calls.push(kwargs);
      return tf.matMul(x as tf.Tensor2D, variable as unknown as tf.Tensor2D);
    },
  };
}

describe('training', () => {
  it('updates as tfjs does with its own loss', () => {
    // Not Adam, which turns the noise in the gradient of a bias before a batch norm into whole steps.
    const sgd = () => new SGD({ learningRate: 0.1, momentum: 0.9 });
    const learner = new TfjsLearner({ model: smallConvNet(), optimizer: sgd() });
    const model = smallConvNet();
    const optimizer = sgd();
    const data = imageBatches(3, 5);
    const expected = data.map(({ images, shape, labels }, i) => {
      const loss = () => {
        const logits = model.apply(tf.tensor(images, [...shape]), { training: true, step: i + 1 }) as tf.Tensor2D;
        return tf.neg(tf.mean(tf.sum(tf.mul(tf.tensor2d(labels, [5, 3]), tf.logSoftmax(logits)), 1))) as tf.Scalar;
      };
      return optimizer.minimize(loss, true)!.dataSync()[0]! * 5;
    });
    run(learner, data, 0.1).forEach(({ count, loss }, i) => {
      expect(count).toBe(5);
      expect(loss / expected[i]!).toBeCloseTo(1, 5);
    });
    learner.model.weights.forEach((weight, i) => {
      const [ours, theirs] = [weight.read().dataSync(), model.weights[i]!.read().dataSync()];
      ours.forEach((value, j) => void expect(value).toBeCloseTo(theirs[j]!, 5));
    });
  });

  it('smooths the labels in training alone', () => {
    const smoothing = 0.3;
    const learner = create(1, smoothing);
    const { images, shape, labels } = first;
    const expected = (kwargs: object, labelSmoothing: number) => {
      // A model of its own, since training moves running statistics.
      const logits = smallConvNet().apply(tf.tensor(images, [...shape]), kwargs) as tf.Tensor2D;
      const loss = tf.losses.softmaxCrossEntropy(tf.tensor2d(labels, [6, 3]), logits, undefined, labelSmoothing);
      return loss.dataSync()[0]! * 6;
    };
    expect(learner.evalStep(first).loss).toBeCloseTo(expected({ training: false }, 0), 5);
    const { loss, correct } = learner.trainStep(first, { step: 1, learningRate: 0 });
    expect(loss).toBeCloseTo(expected({ training: true, step: 1 }, smoothing), 5);
    expect(correct).toBe(create().trainStep(first, { step: 1, learningRate: 0 }).correct);
  });

  it('learns from soft labels, and counts the larger one', () => {
    const learner = new TfjsLearner({ model: linearModel([0, 0, 0, 0], 2), optimizer: new SGD({ learningRate: 1 }) });
    const batch = { images: Float32Array.of(1, 0, 0, 1), shape: [2, 2], labels: Float32Array.of(0.3, 0.7, 1, 0) };
    for (let step = 1; step <= 400; step++) learner.trainStep(batch, { step, learningRate: 2 });
    expect(learner.predict(batch.images, batch.shape)[1]).toBeCloseTo(0.7, 4);
    expect(learner.evalStep(batch).correct).toBe(2);
  });

  it('hands the mode and the step to the layers, and the learning rate to the optimizer', () => {
    const model = linearModel([1, 2, 3, 4], 2);
    const optimizer = new SGD({ learningRate: 9 });
    const learner = new TfjsLearner({ model, optimizer });
    const batch = { images: Float32Array.of(1, 1), shape: [1, 2], labels: Float32Array.of(1, 0) };
    learner.trainStep(batch, { step: 7, learningRate: 0.25 });
    learner.evalStep(batch);
    learner.predict(batch.images, batch.shape);
    expect(model.calls).toEqual([{ training: true, step: 7 }, { training: false }, { training: false }]);
    expect(optimizer.learningRate).toBe(0.25);
  });

  it('reads once a step, and leaves no tensor behind', async () => {
    const learner = create();
    run(learner, [first]);
    const read = vi.spyOn(tf.backend(), 'readSync');
    const { numTensors } = tf.memory();
    run(learner, [second]);
    expect(read).toHaveBeenCalledTimes(1);
    learner.classify(first, { views: [first.images] });
    learner.predict(first.images, first.shape);
    const state = await learner.saveState();
    learner.loadState(state);
    run(learner, [{ ...first, images: first.images.map(() => Number.NaN) }]);
    expect(tf.memory().numTensors).toBe(numTensors);
    read.mockRestore();
  });

  describe('in parts', () => {
    const data = imageBatches(3, 7);
    const sgd = () => new SGD({ learningRate: 0.1, momentum: 0.9 });
    /** Layers that see each example by itself. */
    const withDropout = () =>
      sequential({
        layers: [
          layers.flatten({ name: 'flatten', inputShape: [...data[0]!.shape.slice(1)] }),
          new SeededDropout({ rate: 0.3, seed: 5 }),
          layers.dense({
            units: data[0]!.labels.length / 7,
            name: 'dense',
            kernelInitializer: initializers.randomNormal({ stddev: 0.1, seed: 3 }),
          }),
        ],
      });
    const trained = (model: TfjsModel, microBatch?: number) => {
      const learner = new TfjsLearner({ model, optimizer: sgd(), ...(microBatch && { microBatch }) });
      const sums = run(learner, data, 0.1);
      return { sums, weights: learner.model.weights.flatMap((weight) => [...weight.read().dataSync()]) };
    };

    it.each([1, 2, 3, 6])('of %i examples, has the gradients and the masks of the whole batch', (microBatch) => {
      const whole = trained(withDropout());
      const parts = trained(withDropout(), microBatch);
      parts.weights.forEach((value, i) => void expect(value).toBeCloseTo(whole.weights[i]!, 5));
      parts.sums.forEach((sum, i) => {
        expect(sum).toEqual({ ...whole.sums[i]!, loss: expect.closeTo(whole.sums[i]!.loss, 4) });
      });
    });

    it('equals the whole batch bit for bit where one part holds it', () => {
      expect(trained(smallConvNet(), 7)).toEqual(trained(smallConvNet()));
    });

    it('normalises each part by itself, and moves running statistics for each', () => {
      const [batch] = data;
      const statistics = (microBatch?: number) => {
        const model = smallConvNet();
        const learner = new TfjsLearner({ model, optimizer: sgd(), ...(microBatch && { microBatch }) });
        learner.trainStep(batch!, { step: 1, learningRate: 0 });
        return model.weights.filter(({ name }) => name.includes('running')).flatMap((w) => [...w.read().dataSync()]);
      };
      const [parts, whole] = [statistics(4), statistics()];
      expect(parts.length).toBeGreaterThan(0);
      // Two moves of a tenth leave 0.81 of the start, one leaves 0.9.
      expect(parts).not.toEqual(whole);
      const model = smallConvNet();
      for (const { images, shape } of microBatches(batch!, 4)) {
        tf.tidy(() => void model.apply(tf.tensor(images, [...shape]), { training: true, step: 1 }));
      }
      const moved = model.weights
        .filter(({ name }) => name.includes('running'))
        .flatMap((w) => [...w.read().dataSync()]);
      expect(parts).toEqual(moved);
    });

    it('changes nothing when the loss of a later part is not finite', async () => {
      const learner = new TfjsLearner({ model: smallConvNet(), optimizer: sgd(), microBatch: 4 });
      run(learner, [data[0]!]);
      const before = await learner.saveState();
      const images = data[1]!.images.slice();
      images.fill(Number.NaN, Math.floor(images.length / 2) + 1);
      expect(learner.trainStep({ ...data[1]!, images }, { step: 2, learningRate: 0.1 }).loss).toBeNaN();
      expect(await learner.saveState()).toEqual(before);
    });

    it('leaves no tensor behind', () => {
      const learner = new TfjsLearner({ model: smallConvNet(), optimizer: sgd(), microBatch: 2 });
      run(learner, [data[0]!]);
      const { numTensors } = tf.memory();
      run(learner, data);
      expect(tf.memory().numTensors).toBe(numTensors);
    });

    it.each([0, -1, 1.5, Number.NaN, '2'])('refuses parts of %j examples', (microBatch) => {
      const create = () =>
        new TfjsLearner({ model: smallConvNet(), optimizer: sgd(), microBatch: microBatch as number });
      expect(create).toThrow(RangeError);
      expect(create).toThrow('microBatch must be a whole number of 1 or more');
    });
  });

  it('leaves weights that are not trainable as they are', async () => {
    const model = smallConvNet();
    model.getLayer('conv').trainable = false;
    const learner = new TfjsLearner({ model, optimizer: new Adam({ weightDecay: 0.1 }) });
    const before = await learner.saveState();
    run(learner, [first, second]);
    const after = await learner.saveState();
    expect(after.arrays['conv/kernel']).toEqual(before.arrays['conv/kernel']);
    expect(after.arrays['linear/kernel']).not.toEqual(before.arrays['linear/kernel']);
    expect(after.arrays).not.toHaveProperty('optimizer/conv/kernel/m');
  });

  it('is a learner for the training loop', async () => {
    const data = imageBatches(3);
    const source = {
      next: (step: number) => data[step - 1]!,
      saveState: () => ({ arrays: {}, values: {} }),
      loadState: () => {},
    };
    const losses: number[] = [];
    const options = { learner: create(), data: source, maxSteps: 3, evalFreq: 10, learningRate: 0.01 };
    for await (const event of train(options)) if (event.type === 'train') losses.push(event.loss);
    expect(losses).toEqual(run(create(), data).map(({ loss, count }) => loss / count));
  });
});

describe('evaluation', () => {
  it('predicts as the logits say', () => {
    const learner = new TfjsLearner({ model: linearModel([1, 0, 0, 1], 2), optimizer: new Adam() });
    const images = Float32Array.of(2, -1, 0.5, 3, Number.NaN, 0);
    const labels = Float32Array.of(1, 0, 1, 0, 1, 0);
    const { predicted, probabilities, count, correct, loss } = learner.classify({ images, shape: [3, 2], labels });
    expect([...predicted]).toEqual([0, 1, 2]);
    expect([count, correct, loss]).toEqual([3, 1, Number.NaN]);
    expect(probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(-3)), 6);
    expect(learner.predict(images, [3, 2])).toEqual(probabilities);
  });

  it('averages the logits of several views', () => {
    const learner = new TfjsLearner({ model: linearModel([1, 0, 0, 1], 2), optimizer: new Adam() });
    const batch = { images: Float32Array.of(2, -1), shape: [1, 2], labels: Float32Array.of(1, 0) };
    const views = [Float32Array.of(-4, 3), Float32Array.of(5, 1)];
    // (2 − 4 + 5) / 3 = 1 and (−1 + 3 + 1) / 3 = 1
    const { loss, probabilities } = learner.classify(batch, { views });
    expect(loss).toBeCloseTo(Math.log(2), 6);
    expect([...probabilities]).toEqual([0.5, 0.5]);
    expect(learner.predict(batch.images, batch.shape, { views })).toEqual(probabilities);
    expect(() => learner.predict(batch.images, batch.shape, { views: [Float32Array.of(1)] })).toThrow(
      'images have 1 values and shape [1, 2]',
    );
  });
});

describe('the state', () => {
  it('has weights, buffers and the optimizer under names that do not depend on the process', async () => {
    const [a, b] = [create(1), create(2)];
    expect(b.model.weights[0]!.name).not.toBe(a.model.weights[0]!.name);
    run(a, [first]);
    run(b, [first]);
    const [{ arrays, values }, other] = [await a.saveState(), await b.saveState()];
    expect(Object.keys(other.arrays)).toEqual(Object.keys(arrays));
    expect(Object.keys(arrays).filter((name) => !name.startsWith('optimizer/'))).toEqual([
      'conv/kernel',
      'conv/bias',
      'norm/gamma',
      'norm/beta',
      'linear/kernel',
      'linear/bias',
      'norm/running_mean',
      'norm/running_variance',
    ]);
    expect(arrays['optimizer/linear/kernel/m']!.shape).toEqual([16, 3]);
    expect(values.optimizer).toEqual(other.values.optimizer);
  });

  it('is a copy', async () => {
    const learner = create();
    run(learner, [first]);
    const { arrays } = await learner.saveState();
    for (const { data } of Object.values(arrays)) data.fill(0 as never);
    const unchanged = create();
    run(unchanged, [first]);
    expect(run(learner, [second])).toEqual(run(unchanged, [second]));
  });

  it('fits before the first step', async () => {
    const state = await create(1).saveState();
    const learner = create(2);
    run(learner, [first]);
    learner.loadState(state);
    expect(run(learner, [second])).toEqual(run(create(1), [second]));
  });

  it('names what does not fit, and takes over nothing', async () => {
    const learner = create(2);
    run(learner, [first]);
    const before = await learner.saveState();
    const saver = create(1);
    run(saver, [first]);
    const { arrays, values } = await saver.saveState();
    const refuses = (state: Parameters<TfjsLearner['loadState']>[0], message: string) =>
      expect(() => learner.loadState(state)).toThrow(message);

    const { 'norm/running_mean': mean, ...rest } = arrays;
    refuses({ arrays: rest, values }, "The state lacks the array 'norm/running_mean'");
    refuses(
      { arrays: { ...arrays, 'norm/running_mean': { ...mean!, data: new Float64Array(4) } }, values },
      "The state's array 'norm/running_mean' is Float64Array [4], but the model's weight is Float32Array [4]",
    );
    refuses(
      { arrays: { ...arrays, 'linear/bias': { shape: [2], data: new Float32Array(2) } }, values },
      "The state's array 'linear/bias' is Float32Array [2], but the model's weight is Float32Array [3]",
    );
    refuses(
      { arrays: { ...arrays, 'more/kernel': mean! }, values },
      "The state has an array 'more/kernel', but the model",
    );
    refuses({ arrays, values: {} }, "The state's values.optimizer is undefined, not what");
    for (const parameter of [null, 7, {}, { name: null, step: 1 }, { name: ['a'], step: 1 }]) {
      refuses(
        { arrays, values: { optimizer: { parameters: [parameter] } } },
        "The state's values.optimizer is an object, not",
      );
    }
    refuses(
      { arrays: { ...arrays, 'optimizer/norm/running_mean/m': mean! }, values },
      "The state has an optimizer's state of 'norm/running_mean', which is not a trainable weight",
    );
    const { 'optimizer/linear/bias/v': _, ...fewer } = arrays;
    refuses({ arrays: fewer, values }, '/bias');
    refuses({ arrays: fewer, values }, 'has the slots m, but its settings need m, v');
    expect(await learner.saveState()).toEqual(before);

    const momentum = new TfjsLearner({ model: smallConvNet(), optimizer: new SGD({ learningRate: 1, momentum: 0.9 }) });
    expect(() => momentum.loadState({ arrays, values })).toThrow(
      'has the slots m, v, but its settings need momentumBuffer',
    );
  });
});

describe('errors', () => {
  it('name what does not fit; nothing is updated, and no tensor left behind', async () => {
    const learner = create();
    run(learner, [first]);
    const before = await learner.saveState();
    const { numTensors } = tf.memory();
    const refuses = (batch: Partial<Record<keyof TfjsBatch, unknown>>, message: string | RegExp) => {
      const wrong = { ...first, ...batch } as TfjsBatch;
      expect(() => learner.trainStep(wrong, { step: 2, learningRate: 0.1 })).toThrow(message);
      expect(() => learner.evalStep(wrong)).toThrow(message);
    };
    refuses({ images: [...first.images] }, 'images must be a Float32Array; got an array');
    refuses({ images: first.images.subarray(1) }, 'images have 191 values and shape [6, 4, 4, 2]: give [n, ...]');
    refuses({ images: new Float32Array(0), shape: [0, 4, 4, 2] }, 'images have 0 values and shape [0, 4, 4, 2]');
    refuses({ shape: [6, 32] }, /expected.* ndim=4/);
    refuses({ labels: first.labels.subarray(3) }, 'labels must be a Float32Array of [6, 3], as the logits; got');
    refuses({ labels: [...first.labels] }, 'labels must be a Float32Array of [6, 3], as the logits; got an array');
    expect(() => learner.trainStep(first, { step: 2, learningRate: -1 })).toThrow(
      'learningRate must be a finite number',
    );
    expect(await learner.saveState()).toEqual(before);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('of a layer in the middle of the network leave nothing behind either', () => {
    const model = sequential({
      layers: [layers.dense({ name: 'in', units: 4, inputShape: [2] }), new BatchNorm({ name: 'norm' })],
    });
    const learner = new TfjsLearner({ model, optimizer: new Adam() });
    const { numTensors } = tf.memory();
    const single = { images: Float32Array.of(1, 2), shape: [1, 2], labels: Float32Array.of(1, 0, 0, 0) };
    expect(() => learner.trainStep(single, { step: 1, learningRate: 0.1 })).toThrow(
      /at least 2 values per channel|value/,
    );
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('of what is not a model', () => {
    const optimizer = new Adam();
    const frozen = smallConvNet();
    frozen.trainable = false;
    expect(() => new TfjsLearner({ model: frozen, optimizer })).toThrow('The model has no trainable weights');
    const { weights, trainableWeights, apply } = linearModel([1, 2], 1);
    const twice = { weights: [...weights, ...weights], trainableWeights, apply };
    expect(() => new TfjsLearner({ model: twice, optimizer })).toThrow(
      "Two weights of the model are named 'linear/kernel'",
    );
    const count = { ...weights[0]!, originalName: 'count', read: () => tf.scalar(1, 'int32') };
    const counting = { weights: [...weights, count], trainableWeights, apply };
    expect(() => new TfjsLearner({ model: counting, optimizer })).toThrow("The weight 'count' is int32");
    const flat = { weights, trainableWeights, apply: (x: tf.Tensor) => tf.sum(x, 1) };
    const learner = new TfjsLearner({ model: flat, optimizer });
    expect(() => learner.predict(new Float32Array(4), [2, 2])).toThrow(
      'The model must give logits of shape [2, classes]; got shape [2]',
    );
  });

  it('of options', async () => {
    for (const labelSmoothing of [-0.1, 1, Number.NaN]) {
      expect(() => create(1, labelSmoothing)).toThrow(
        `labelSmoothing must be 0 or more and below 1; got ${labelSmoothing}.`,
      );
    }
    const optimizer = new Adam();
    const [one, other] = [smallConvNet(1), smallConvNet(2)].map((model) => new TfjsLearner({ model, optimizer }));
    run(one!, [first]);
    await expect(other!.saveState()).rejects.toThrow(/which is not in the model: give each model its own/);
  });
});
