import type { BatchSums, Learner } from '../learner.js';
import type { State } from '../state.js';
import { copyState, stateDifference } from './state-difference.js';

/** Everything that the checks of a learner need. */
export interface LearnerSubject<Batch> {
  /** Returns a new learner: the same one for the same seed, with other weights for another. */
  create(seed: number): Learner<Batch>;
  /** Four batches or more, from which something can be learned. */
  batches: readonly Batch[];
  /** Batches that hold the examples of the first one between them. */
  partsOfFirst: readonly Batch[];
  /** A batch whose loss is not finite. */
  nonFinite: Batch;
  /** One at which 20 passes over the batches lower the loss. */
  learningRate: number;
}

/** One check of {@link learnerChecks}. */
export interface LearnerCheck {
  /** The property checked, in words. */
  name: string;
  /** @throws Error that says what the learner does and what it should do. */
  run(): Promise<void>;
}

/**
 * Returns checks, for any test runner, of everything that the training loop relies on in a `Learner`:
 *
 *     for (const { name, run } of learnerChecks(subject)) it(name, run);
 */
export function learnerChecks<Batch>(subject: LearnerSubject<Batch>): LearnerCheck[] {
  const { create, batches, partsOfFirst, nonFinite, learningRate } = subject;
  const [first] = batches as [Batch];

  /** Trains steps `from` to `to` on the batches in turn. */
  const train = async (learner: Learner<Batch>, from: number, to: number): Promise<BatchSums[]> => {
    const sums: BatchSums[] = [];
    for (let step = from; step <= to; step++) {
      sums.push(await learner.trainStep(batches[(step - 1) % batches.length]!, { step, learningRate }));
    }
    return sums;
  };
  /** Returns a learner that has a state of every kind. */
  const trained = async (seed: number): Promise<Learner<Batch>> => {
    const learner = create(seed);
    await train(learner, 1, 2);
    return learner;
  };
  const snapshot = async (learner: Learner<Batch>) => copyState(await learner.saveState());

  return [
    {
      name: 'gives the sums over a batch',
      async run() {
        const learner = create(1);
        const whole = await learner.evalStep(first);
        const sum = { count: 0, loss: 0, correct: 0 };
        for (const part of partsOfFirst) {
          const { count, loss, correct } = await learner.evalStep(part);
          sum.count += count;
          sum.loss += loss;
          sum.correct += correct;
        }
        const close = Math.abs(sum.loss - whole.loss) <= 1e-5 * Math.abs(whole.loss);
        expect(close && sum.count === whole.count && sum.correct === whole.correct, () => [
          `evalStep gives ${show(whole)} for a batch, and for its parts together ${show(sum)}`,
          'give sums over the examples, not means, and evaluate each example by itself',
        ]);
        const [{ count }] = (await train(learner, 1, 1)) as [BatchSums];
        expect(count === whole.count, () => [
          `trainStep counts ${count} examples in a batch, evalStep ${whole.count}`,
          'count all of them',
        ]);
      },
    },
    {
      name: 'learns',
      async run() {
        const learner = create(1);
        const { loss: before } = await learner.evalStep(first);
        await train(learner, 1, 20 * batches.length);
        const { loss: after } = await learner.evalStep(first);
        expect(after < before, () => [
          `20 passes over the batches take the loss from ${before} to ${after}`,
          'update the weights against their gradients, or choose a learning rate at which it falls',
        ]);
      },
    },
    {
      name: 'changes nothing in an evaluation',
      async run() {
        const learner = await trained(1);
        const before = await snapshot(learner);
        const sums = [await learner.evalStep(first), await learner.evalStep(first)].map(show);
        same(before, await snapshot(learner), 'evalStep changes the state', 'compute forward only, in evaluation mode');
        expect(sums[0] === sums[1], () => [
          `evalStep gives ${sums[0]}, and for the same batch again ${sums[1]}`,
          'leave out what is random, and what goes by the batch, in evaluation mode',
        ]);
      },
    },
    {
      name: 'saves snapshots, and keeps none that it is given',
      async run() {
        const learner = await trained(1);
        const state = await learner.saveState();
        const before = copyState(state);
        await train(learner, 3, 3);
        same(before, state, 'trainStep changes a state that was saved before', 'save copies');
        const given = copyState(before);
        await learner.loadState(given);
        for (const { data } of Object.values(given.arrays)) data.fill(0 as never);
        same(before, await snapshot(learner), 'changing a state that was loaded changes the learner', 'load copies');
      },
    },
    {
      name: 'train 4 equals train 2, save, load, train 2, bit for bit',
      async run() {
        const unbroken = create(1);
        const expected = (await train(unbroken, 1, 4)).slice(2).map(show);
        const state = await snapshot(await trained(1));
        const resumed = create(2);
        await resumed.loadState(state);
        const sums = (await train(resumed, 3, 4)).map(show);
        expect(String(sums) === String(expected), () => [
          `steps 3 and 4 give ${expected.join(', ')}; after loading the state of step 2 they give ${sums.join(', ')}`,
          'save all that later steps depend on, and draw what is random from the number of the step',
        ]);
        const [end, other] = [await snapshot(unbroken), await snapshot(resumed)];
        same(end, other, 'a run that was resumed ends in another state', 'save all that later steps depend on');
      },
    },
    {
      name: 'keeps everything when the loss is not finite',
      async run() {
        const learner = await trained(1);
        const before = await snapshot(learner);
        const { loss } = await learner.trainStep(nonFinite, { step: 3, learningRate });
        expect(!Number.isFinite(loss), () => [`trainStep gives the loss ${loss} for it`, 'give the loss as it is']);
        const advice = 'update nothing, running statistics included, so that the model stays usable';
        same(before, await snapshot(learner), 'trainStep changes the state', advice);
      },
    },
    {
      name: 'takes over nothing of a state that does not fit',
      async run() {
        const learner = await trained(1);
        const before = await snapshot(learner);
        const { arrays, values } = await snapshot(await trained(2));
        const names = Object.keys(arrays);
        for (const name of [names[0]!, names.at(-1)!]) {
          const { [name]: array, ...others } = arrays;
          const reshaped = { ...array!, shape: [...array!.shape, 1] };
          for (const [what, wrong] of [
            [`lacks the array '${name}'`, others],
            [`has the array '${name}' in another shape`, { ...arrays, [name]: reshaped }],
          ] as const) {
            const message = await messageOf(() => learner.loadState({ arrays: wrong, values }));
            expect(message !== undefined, () => [`loadState accepts a state that ${what}`, 'refuse it']);
            expect(name !== names[0] || message!.includes(name), () => [
              `loadState says ${show(message)} of a state that ${what}`,
              'name the array',
            ]);
            const advice = 'check everything before taking over anything';
            same(before, await snapshot(learner), `loadState took over parts of a state that ${what}`, advice);
          }
        }
      },
    },
  ];
}

function same(before: State, after: State, what: string, advice: string): void {
  const difference = stateDifference(before, after);
  expect(difference === undefined, () => [`${what}: ${difference}`, advice]);
}

function expect(condition: boolean, explain: () => [what: string, advice: string]): void {
  if (condition) return;
  const [what, advice] = explain();
  throw new Error(`${what}. A learner should ${advice}.`);
}

async function messageOf(action: () => unknown): Promise<string | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
