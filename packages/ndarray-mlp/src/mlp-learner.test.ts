import { RandomState } from '@cifarlab/numpy-random';
import { type Learner, train } from '@cifarlab/trainer';
import { learnerChecks } from '@cifarlab/trainer/testing';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  argmax,
  MLP,
  type MlpBatch,
  MlpLearner,
  type MlpOptions,
  oneHot,
  type SgdOptions,
  SoftMaxCrossEntropy,
} from './index.js';

/** Batches of 3x2x2 "images" whose class shows in their first pixel. */
function batches(count: number, S = 8): MlpBatch[] {
  const rng = new RandomState(5);
  return Array.from({ length: count }, () => {
    const classes = Array.from({ length: S }, () => rng.randint(0, 3));
    const images = ndarray(Float32Array.from(rng.normals(S * 12)), [S, 3, 2, 2]);
    classes.forEach((c, s) => {
      images.set(s, 0, 0, 0, 4 * c);
    });
    return { images, labels: oneHot(classes, 3, 'float32') };
  });
}

const make = (options: MlpOptions = {}, sgd: SgdOptions = {}, seed = 1) =>
  new MlpLearner(new MLP(12, [6], 3, { init: 'he', ...options, rng: new RandomState(seed) }), sgd);
const run = (learner: MlpLearner, data: MlpBatch[]) =>
  data.map((batch) => learner.trainStep(batch, { learningRate: 0.05 }));

/** Returns the samples `from` to `to` of a batch. */
const part = ({ images, labels }: MlpBatch, from: number, to: number): MlpBatch => ({
  images: images.hi(to).lo(from),
  labels: labels.hi(to).lo(from),
});

describe('MlpLearner is what the training loop relies on', () => {
  const data = batches(4);
  const nonFinite = batches(1)[0]!;
  nonFinite.images.set(0, 0, 0, 0, Number.NaN);
  const subject = { batches: data, partsOfFirst: [part(data[0]!, 0, 5), part(data[0]!, 5, 8)], nonFinite };
  const create = (seed: number) =>
    make({ norm: 'batch', dtype: 'float32' }, { momentum: 0.9, weightDecay: 1e-3 }, seed);
  for (const { name, run } of learnerChecks<MlpBatch>({ ...subject, create, learningRate: 0.05 })) it(name, run);
});

describe('MlpLearner', () => {
  it('gives sums before the update, and learns', () => {
    const learner = make();
    const [batch] = batches(1) as [MlpBatch];
    const before = learner.evalStep(batch);
    expect(learner.trainStep(batch, { learningRate: 0.05 })).toEqual(before);
    expect(before.count).toBe(8);
    run(learner, batches(200));
    const after = learner.evalStep(batch);
    expect(after.loss).toBeLessThan(0.2 * before.loss);
    expect(after.correct).toBe(8);
  });

  it('sums what the loss and the accuracy average', () => {
    const learner = make();
    const [{ images, labels }] = batches(1) as [MlpBatch];
    const logits = learner.model.forward(ndarray(Float64Array.from(images.data as Float32Array), [8, 12]));
    const targets = ndarray(Float64Array.from(labels.data as Float32Array), [8, 3]);
    const { loss, correct } = learner.evalStep({ images, labels });
    expect(loss).toBeCloseTo(8 * new SoftMaxCrossEntropy().forward(logits, targets), 12);
    expect(correct).toBe(8 * accuracy(logits, targets));
  });

  it('names the class it predicts for each sample, and none for a NaN', () => {
    const learner = make();
    const [batch] = batches(1) as [MlpBatch];
    run(learner, batches(200));
    const { predicted, probabilities, ...sums } = learner.classify(batch);
    expect(sums).toEqual(learner.evalStep(batch));
    expect(predicted).toEqual(argmax(batch.labels).data);
    expect(probabilities).toEqual(Float32Array.from(learner.predict(batch.images).data));
    const images = ndarray(Float64Array.from(batch.images.data as Float32Array), [8, 12]);
    images.set(3, 5, Number.NaN);
    const { predicted: broken, loss } = learner.classify({ ...batch, images });
    expect(broken).toEqual(predicted.with(3, 3));
    expect(loss).toBeNaN();
  });

  it.each(['float64', 'float32'] as const)('gives probabilities of %s networks for images of both', (dtype) => {
    const learner = make({ dtype });
    const { data } = batches(1)[0]!.images as { data: Float32Array };
    const expected = learner.model.predict(ndarray(dtype === 'float32' ? data : Float64Array.from(data), [8, 12]));
    expect(learner.predict(ndarray(data, [8, 3, 2, 2]))).toEqual(expected);
    expect(learner.predict(ndarray(Float64Array.from(data), [8, 12]))).toEqual(expected);
    expect(() => learner.predict(ndarray(new Int32Array(12), [1, 12]))).toThrow(/images/);
  });

  it('takes images of any strides and precision, and leaves them as they are', () => {
    const [{ images, labels }] = batches(1) as [MlpBatch];
    const nhwc = ndarray(new Float32Array(8 * 12), [8, 2, 2, 3]);
    const wide = ndarray(new Float64Array(8 * 12), [8, 12]);
    for (let s = 0; s < 8; s++) {
      for (let i = 0; i < 12; i++) {
        const [c, h, w] = [Math.floor(i / 4), Math.floor(i / 2) % 2, i % 2];
        nhwc.set(s, h, w, c, images.get(s, c, h, w));
        wide.set(s, i, images.get(s, c, h, w));
      }
    }
    const padded = ndarray(new Float32Array(200), [8, 12], undefined, 40);
    padded.data.set(images.data as Float32Array, 40);
    for (const dtype of ['float64', 'float32'] as const) {
      const expected = make({ dtype }).evalStep({ images, labels });
      for (const form of [nhwc.transpose(0, 3, 1, 2), wide, padded]) {
        expect(make({ dtype }).evalStep({ images: form, labels })).toEqual(expected);
      }
    }
  });

  it.each([
    ['none', 'logits'],
    ['batch', 'probabilities'],
  ] as const)('sums over the blocks of a large batch, with norm %s and %s', (norm, output) => {
    const learner = make({ norm, output });
    run(learner, batches(3));
    const parts = batches(4, 300);
    const whole = {
      images: ndarray(
        Float32Array.from(parts.flatMap(({ images }) => Array.from(images.data as Float32Array))),
        [1200, 12],
      ),
      labels: ndarray(
        Float32Array.from(parts.flatMap(({ labels }) => Array.from(labels.data as Float32Array))),
        [1200, 3],
      ),
    };
    const expected = parts.map((batch) => learner.classify(batch));
    const { predicted, probabilities, ...sums } = learner.classify(whole);
    expect(Array.from(predicted)).toEqual(expected.flatMap((part) => Array.from(part.predicted)));
    const rows = expected.flatMap((part) => Array.from(part.probabilities));
    expect(probabilities).toHaveLength(rows.length);
    expect(Math.max(...rows.map((value, i) => Math.abs(value - probabilities[i]!)))).toBeLessThan(1e-6);
    for (let i = 0; i < rows.length; i += 3) expect(rows[i]! + rows[i + 1]! + rows[i + 2]!).toBeCloseTo(1, 5);
    expect(sums.count).toBe(1200);
    expect(sums.correct).toBe(expected.reduce((sum, { correct }) => sum + correct, 0));
    expect(sums.loss).toBeCloseTo(
      expected.reduce((sum, { loss }) => sum + loss, 0),
      9,
    );
    expect(learner.evalStep(whole)).toEqual(sums);
    expect(() => learner.evalStep({ ...whole, labels: parts[0]!.labels })).toThrow(
      'labels have shape [300, 3], but there are 1200 images; give a row for each.',
    );
  });

  it('is right for a small batch after a large one', () => {
    const learner = make();
    learner.evalStep(batches(1, 50)[0]!);
    const [small] = batches(1, 3) as [MlpBatch];
    expect(learner.evalStep(small)).toEqual(make().evalStep(small));
  });

  it.each([
    [{}, {}],
    [
      { norm: 'batch', dtype: 'float32' },
      { momentum: 0.9, weightDecay: 1e-3 },
    ],
    [
      { output: 'probabilities', activation: 'tanh' },
      { momentum: 0.9, nesterov: true },
    ],
  ] as [MlpOptions, SgdOptions][])(
    'train 4 equals train 2, save, load, train 2, bit for bit: %j %j',
    (options, sgd) => {
      const data = batches(4);
      const unbroken = make(options, sgd);
      const expected = run(unbroken, data);
      const first = make(options, sgd);
      run(first, data.slice(0, 2));
      const state = first.saveState();
      run(first, data.slice(2));
      const resumed = make(options, sgd, 9);
      resumed.loadState(JSON.parse(JSON.stringify(state.values)) && state);
      expect(run(resumed, data.slice(2))).toEqual(expected.slice(2));
      expect(resumed.saveState()).toEqual(unbroken.saveState());
    },
  );

  it('takes over nothing of a state that does not fit', () => {
    const learner = make({}, { momentum: 0.9 });
    const before = learner.saveState();
    const { arrays, values } = make({}, { momentum: 0.9 }, 2).saveState();
    expect(() => learner.loadState(make({}, {}, 2).saveState())).toThrow(
      "SGD: the state lacks the array 'layers.0.weight'",
    );
    expect(() => learner.loadState({ arrays, values: {} })).toThrow(
      'the state does not say which activation it was saved with, and the model has elu; weights from elsewhere go into the model itself, by model.loadState(arrays).',
    );
    expect(() => learner.loadState({ arrays, values: { model: null } })).toThrow('does not say which activation');
    expect(() => learner.loadState({ arrays } as never)).toThrow('a state is an object, but { arrays, values }');
    expect(() => learner.loadState(undefined as never)).toThrow('a state is undefined, but { arrays, values }');
    expect(() => learner.loadState(make({ activation: 'tanh' }, { momentum: 0.9 }).saveState())).toThrow(
      'the state was saved with activation tanh, but the model has elu',
    );
    const short = { ...arrays, 'layers.1.bias': { shape: [3], data: new Float64Array(2) } };
    expect(() => learner.loadState({ arrays: short, values })).toThrow(
      "the state's array 'layers.1.bias' is not 3 floats, as its shape [3] says.",
    );
    const whole = { ...arrays, 'layers.1.bias': { shape: [3], data: new Int32Array(3) } };
    expect(() => learner.loadState({ arrays: whole, values })).toThrow(/'layers.1.bias' is not 3 floats/);
    const other = { ...arrays, 'layers.1.bias': { shape: [4], data: new Float64Array(4) } };
    expect(() => learner.loadState({ arrays: other, values })).toThrow(/'layers.1.bias' is float64 \[4\] in the state/);
    expect(learner.saveState()).toEqual(before);
  });

  it.each(['none', 'batch'] as const)('stays as it was when the loss is not finite, with norm %s', (norm) => {
    const learner = make({ norm });
    run(learner, batches(2));
    const before = learner.saveState();
    const [batch] = batches(1) as [MlpBatch];
    batch.images.set(0, 0, 0, 0, Number.NaN);
    expect(learner.trainStep(batch, { learningRate: 0.05 }).loss).toBeNaN();
    expect(learner.saveState()).toEqual(before);
  });

  it.each(['none', 'batch'] as const)('names what does not fit, and updates nothing, with norm %s', (norm) => {
    const learner = make({ norm });
    const before = learner.saveState();
    const [{ images, labels }] = batches(1) as [MlpBatch];
    const step =
      (batch: MlpBatch, learningRate = 0.1) =>
      () =>
        learner.trainStep(batch, { learningRate });
    expect(step({ images: ndarray(new Float32Array(80), [8, 10]), labels })).toThrow(
      'images have shape [8, 10], but the model needs 12 numbers for each of the 8 samples.',
    );
    expect(step({ images: ndarray(new Uint8Array(96), [8, 12]), labels })).toThrow(/images has dtype uint8/);
    expect(step({ images, labels: oneHot([0, 1], 3) })).toThrow(/targets have shape \[2, 3\]/);
    expect(step({ images, labels }, Number.NaN)).toThrow(/SGD: learningRate must be .* got NaN/);
    expect(learner.saveState()).toEqual(before);
  });

  it('is a learner for the training loop', async () => {
    const learner: Learner<MlpBatch> = make();
    const data = batches(3);
    const losses: number[] = [];
    const source = {
      next: (step: number) => data[step - 1]!,
      saveState: () => ({ arrays: {}, values: {} }),
      loadState: () => {},
    };
    for await (const event of train({ learner, data: source, maxSteps: 3, evalFreq: 10, learningRate: 0.05 })) {
      if (event.type === 'train') losses.push(event.loss);
    }
    expect(losses).toEqual(run(make(), data).map(({ loss, count }) => loss / count));
  });
});
