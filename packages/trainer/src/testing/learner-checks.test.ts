import { Adam } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { imageBatches, smallConvNet } from '../../test/support/small-convnet.js';
import type { Learner, State } from '../index.js';
import { learnerChecks } from '../testing.js';
import { type TfjsBatch, TfjsLearner } from '../tfjs.js';

await tf.setBackend('cpu');

type Small = Learner<TfjsBatch>;

const batches = imageBatches(4);
const [first] = batches as [TfjsBatch];
const part = (from: number, to: number): TfjsBatch => ({
  images: first.images.subarray(from * 32, to * 32),
  shape: [to - from, 4, 4, 2],
  labels: first.labels.subarray(from * 3, to * 3),
});
const nonFinite = { ...first, images: first.images.map((value, i) => (i === 7 ? Number.NaN : value)) };

const create = (seed: number): Small =>
  new TfjsLearner({ model: smallConvNet(seed), optimizer: new Adam({ weightDecay: 0.01 }), labelSmoothing: 0.1 });

/** Returns the learner with one method replaced. */
const checksOf = (change: (learner: Small) => Partial<Small> = () => ({})) =>
  learnerChecks<TfjsBatch>({
    create(seed) {
      const learner = create(seed);
      return {
        trainStep: (batch, context) => learner.trainStep(batch, context),
        evalStep: (batch) => learner.evalStep(batch),
        saveState: () => learner.saveState(),
        loadState: (state) => learner.loadState(state),
        ...change(learner),
      };
    },
    batches,
    partsOfFirst: [part(0, 4), part(4, 6)],
    nonFinite,
    learningRate: 0.01,
  });

describe('TfjsLearner is what the training loop relies on', () => {
  for (const { name, run } of checksOf()) it(name, run);
});

describe('a learner that is not', () => {
  const failing = (check: string, message: string | RegExp, change: (learner: Small) => Partial<Small>) =>
    it(`fails "${check}": ${message}`, async () => {
      const { run } = checksOf(change).find(({ name }) => name.startsWith(check))!;
      await expect(run()).rejects.toThrow(message);
    });

  const means = (learner: Small) => async (batch: TfjsBatch) => {
    const { count, loss, correct } = await learner.evalStep(batch);
    return { count, loss: loss / count, correct };
  };
  failing('gives the sums', 'give sums over the examples, not means', (learner) => ({ evalStep: means(learner) }));
  failing('gives the sums', 'trainStep counts 1 examples in a batch, evalStep 6. A learner should', (learner) => ({
    trainStep: async (batch, context) => ({ ...(await learner.trainStep(batch, context)), count: 1 }),
  }));
  failing('learns', '20 passes over the batches take the loss from', (learner) => ({
    trainStep: (batch) => learner.evalStep(batch),
  }));
  failing('changes nothing', "evalStep changes the state: the array 'conv/kernel' has", (learner) => ({
    evalStep: (batch) => learner.trainStep(batch, { step: 9, learningRate: 0.01 }),
  }));
  let calls = 0;
  failing('changes nothing', 'and for the same batch again', (learner) => ({
    evalStep: async (batch) => ({ ...(await learner.evalStep(batch)), loss: calls++ }),
  }));
  failing('saves snapshots', 'trainStep changes a state that was saved before', (learner) => {
    const live = { arrays: { w: { shape: [1], data: new Float32Array(1) } }, values: {} };
    return {
      saveState: () => live,
      trainStep(batch) {
        live.arrays.w.data[0]! += 1;
        return learner.evalStep(batch);
      },
    };
  });
  failing('saves snapshots', 'changing a state that was loaded changes the learner', (learner) => {
    let state: State | undefined;
    return {
      saveState: () => state ?? learner.saveState(),
      loadState(given) {
        state = given;
      },
    };
  });
  failing('train 4', /steps 3 and 4 give .* after loading the state of step 2 they give/, () => ({
    loadState: () => {},
  }));
  failing('train 4', 'a run that was resumed ends in another state: the values are', (learner) => {
    let steps = 0;
    return {
      trainStep(batch, context) {
        steps += 1;
        return learner.trainStep(batch, context);
      },
      async saveState() {
        const { arrays, values } = await learner.saveState();
        return { arrays, values: { ...values, steps } };
      },
    };
  });
  failing('keeps everything', 'trainStep gives the loss 0 for it', (learner) => ({
    trainStep: async (batch, context) => {
      const sums = await learner.trainStep(batch, context);
      return Number.isFinite(sums.loss) ? sums : { ...sums, loss: 0 };
    },
  }));
  failing('keeps everything', "trainStep changes the state: the array 'conv/kernel' has", (learner) => ({
    trainStep: async (batch, context) => {
      await learner.trainStep({ ...batch, images: batch.images.map((x) => x || 0) }, context);
      return learner.trainStep(batch, context);
    },
  }));
  failing('takes over', "loadState accepts a state that lacks the array 'conv/kernel'", () => ({ loadState() {} }));
  failing('takes over', 'name the array', () => ({
    loadState() {
      throw new Error('no');
    },
  }));
  failing('takes over', 'loadState took over parts of a state', (learner) => ({
    async loadState(state) {
      await learner.trainStep(first, { step: 3, learningRate: 0.01 });
      await learner.loadState(state);
    },
  }));
});
