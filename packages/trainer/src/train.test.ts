import { describe, expect, it, vi } from 'vitest';
import { type Batch, CLASSES, clusters, FEATURES, inOrder } from '../test/support/clusters.js';
import { brief, collect, smallRun, stateAt } from '../test/support/run.js';
import { SoftmaxRegression } from '../test/support/softmax-regression.js';
import { cosine, type Learner, type TrainEvent, type TrainingState, train, warmup } from './index.js';

/** Returns everything that must be equal between two runs: every event without the capture function. */
const numbers = (events: TrainEvent[]) => events.map(({ ...event }) => JSON.parse(JSON.stringify(event)));

const finalState = async (options: Parameters<typeof train<Batch>>[0]): Promise<TrainingState> =>
  stateAt(options.maxSteps, train(options));

describe('the order of events', () => {
  it('evaluates after step 1, after every evalFreq steps and at the end, and offers checkpoints', async () => {
    const events = await collect(train(smallRun({ maxSteps: 6, evalFreq: 4, bestMetric: 'loss' })));
    expect(events.map(brief)).toEqual([
      'start 0',
      'train 1',
      'eval 1 validation',
      'eval 1 test',
      'best 1',
      'checkpoint 1 last best',
      'train 2',
      'train 3',
      'train 4',
      'eval 4 validation',
      'eval 4 test',
      'best 4',
      'checkpoint 4 last best',
      'train 5',
      'train 6',
      'eval 6 validation',
      'eval 6 test',
      'best 6',
      'checkpoint 6 last best',
      'stop 6 max-steps',
    ]);
  });

  it.each([
    [1, 1, [1]],
    [1, 10, [1]],
    [3, 1, [1, 2, 3]],
    [8, 4, [1, 4, 8]],
    [9, 4, [1, 4, 8, 9]],
  ])('never evaluates twice: maxSteps %i, evalFreq %i', async (maxSteps, evalFreq, expected) => {
    const events = await collect(train(smallRun({ maxSteps, evalFreq })));
    expect(events.flatMap((e) => (e.type === 'eval' && e.split === 'test' ? [e.step] : []))).toEqual(expected);
    expect(events.filter((e) => e.type === 'train')).toHaveLength(maxSteps);
  });

  it('offers checkpoints after every checkpointFreq steps and at the end', async () => {
    const events = await collect(train(smallRun({ maxSteps: 7, checkpointFreq: 3, evaluate: {} })));
    expect(events.map(brief).filter((text) => text.startsWith('checkpoint'))).toEqual([
      'checkpoint 1 last',
      'checkpoint 3 last',
      'checkpoint 6 last',
      'checkpoint 7 last',
    ]);
  });

  it('offers checkpoints by the clock too, which saving starts anew, and nothing else changes', async () => {
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    const options = () => smallRun({ maxSteps: 11, evalFreq: 100 });
    const timed = { ...options(), checkpointSeconds: 60 };
    const events: TrainEvent[] = [];
    for await (const event of train(timed)) {
      events.push(event);
      if (event.type === 'train') now += 25_000;
      // Longer than the time between two: there is a step between them all the same.
      if (event.type === 'checkpoint') now += 100_000;
    }
    clock.mockRestore();
    const isCheckpoint = (event: TrainEvent) => event.type === 'checkpoint';
    expect(events.filter(isCheckpoint).map(({ step }) => step)).toEqual([1, 4, 7, 10, 11]);
    const others = async (all: TrainEvent[]) => numbers(all.filter((event) => !isCheckpoint(event)));
    expect(await others(events)).toEqual(await others(await collect(train(options()))));
  });

  it('chooses no best step without a validation split', async () => {
    const { test } = smallRun().evaluate!;
    const events = await collect(train(smallRun({ evaluate: { test } })));
    expect(events.some((e) => e.type === 'best')).toBe(false);
    expect(events.some((e) => e.type === 'checkpoint' && e.best)).toBe(false);
  });

  it('gives the start event the settings of the run', async () => {
    const [start] = await collect(train(smallRun()));
    expect(start).toEqual({ type: 'start', step: 0, maxSteps: 12, evalFreq: 4, splits: ['validation', 'test'] });
  });
});

describe('the numbers', () => {
  it('learn', async () => {
    const events = await collect(train(smallRun({ maxSteps: 200, evalFreq: 200 })));
    const losses = events.flatMap((e) => (e.type === 'eval' && e.split === 'test' ? [e.loss] : []));
    expect(losses[0]).toBeGreaterThan(1);
    expect(losses[1]).toBeLessThan(0.8);
  });

  it('do not depend on the batches of an evaluation, ragged or not', async () => {
    const examples = clusters(17, 9);
    const perSize = await Promise.all(
      [1, 5, 16, 17].map(async (size) => {
        const events = await collect(train(smallRun({ evaluate: { test: inOrder(examples, size) } })));
        return events.filter((e) => e.type === 'eval');
      }),
    );
    for (const evals of perSize) {
      expect(evals.map((e) => [e.step, e.count, e.accuracy])).toEqual(
        perSize[0]!.map((e) => [e.step, e.count, e.accuracy]),
      );
      evals.forEach((e, i) => {
        expect(e.loss).toBeCloseTo(perSize[0]![i]!.loss, 14);
      });
    }
  });

  it('are means of the sums: loss and accuracy over every example', async () => {
    const sums = [
      { count: 4, loss: 6, correct: 1 },
      { count: 1, loss: 4, correct: 1 },
    ];
    const learner: Learner<number> = {
      trainStep: () => ({ count: 8, loss: 4, correct: 2 }),
      evalStep: (i) => sums[i]!,
      saveState: () => ({ arrays: {}, values: {} }),
      loadState: () => {},
    };
    const data = { next: () => 0, saveState: learner.saveState, loadState: learner.loadState };
    const options = { learner, data, evaluate: { test: () => [0, 1] }, maxSteps: 1, evalFreq: 1, learningRate: 0.5 };
    const events = await collect(train(options));
    expect(events[1]).toEqual({ type: 'train', step: 1, loss: 0.5, accuracy: 0.25, count: 8, learningRate: 0.5 });
    expect(events[2]).toEqual({ type: 'eval', split: 'test', step: 1, loss: 2, accuracy: 0.4, count: 5 });
  });

  it('of the best step: the first of equal ones, with what it replaces', async () => {
    const accuracies = [0.2, 0.5, 0.5, 0.4, 0.6];
    const learner: Learner<null> = {
      trainStep: () => ({ count: 1, loss: 1, correct: 0 }),
      evalStep: () => ({ count: 10, loss: 1, correct: 10 * accuracies.shift()! }),
      saveState: () => ({ arrays: {}, values: {} }),
      loadState: () => {},
    };
    const data = { next: () => null, saveState: learner.saveState, loadState: learner.loadState };
    const evaluate = { validation: () => [null] };
    const events = await collect(train({ learner, data, evaluate, maxSteps: 5, evalFreq: 1, learningRate: 1 }));
    expect(events.filter((e) => e.type === 'best')).toEqual([
      { type: 'best', metric: 'accuracy', step: 1, value: 0.2, previous: null },
      { type: 'best', metric: 'accuracy', step: 2, value: 0.5, previous: { metric: 'accuracy', step: 1, value: 0.2 } },
      { type: 'best', metric: 'accuracy', step: 5, value: 0.6, previous: { metric: 'accuracy', step: 2, value: 0.5 } },
    ]);
  });

  it('reach the learner with the step and the learning rate of the schedule', async () => {
    const learner = new SoftmaxRegression(FEATURES, CLASSES);
    const trainStep = vi.spyOn(learner, 'trainStep');
    await collect(train(smallRun({ learner, maxSteps: 3, learningRate: (step) => 1 / step })));
    expect(trainStep.mock.calls.map(([, context]) => context)).toEqual([
      { step: 1, learningRate: 1 },
      { step: 2, learningRate: 1 / 2 },
      { step: 3, learningRate: 1 / 3 },
    ]);
  });
});

describe('resuming', () => {
  const learningRate = warmup(cosine(0.3, { steps: 30 }), { steps: 5 });
  const options = () =>
    smallRun({ maxSteps: 40, evalFreq: 6, checkpointFreq: 1, learningRate, earlyStopping: { patience: 50 } });

  it('train 4 equals train 2, save, load, train 2: bit for bit', async () => {
    const whole = await finalState({ ...options(), maxSteps: 4 });
    const half = await stateAt(2, train({ ...options(), maxSteps: 4 }));
    const resumed = await finalState({ ...options(), maxSteps: 4, resumeFrom: half });
    expect(resumed).toEqual(whole);
  });

  it('from any step gives the very events and the state of the unbroken run', async () => {
    const unbroken = await collect(train(options()));
    const state = await finalState(options());
    for (let step = 1; step < 40; step++) {
      const resumeFrom = await stateAt(step, train(options()));
      const events = await collect(train({ ...options(), resumeFrom }));
      expect(numbers(events.slice(1))).toEqual(
        numbers(unbroken.slice(unbroken.findIndex((e) => e.type === 'checkpoint' && e.step === step) + 1)),
      );
      expect(await finalState({ ...options(), resumeFrom })).toEqual(state);
    }
  });

  it('a complete run does nothing but say so', async () => {
    const resumeFrom = await finalState(options());
    const events = await collect(train({ ...options(), resumeFrom }));
    expect(events.map(brief)).toEqual(['start 40', 'stop 40 max-steps']);
  });

  it('can go on to a later last step', async () => {
    const resumeFrom = await finalState({ ...options(), maxSteps: 10 });
    const events = await collect(train({ ...options(), maxSteps: 12, resumeFrom }));
    expect(events.map(brief).filter((text) => text.startsWith('train'))).toEqual(['train 11', 'train 12']);
  });

  it('refuses what does not fit', async () => {
    const resumeFrom = await finalState(options());
    await expect(collect(train({ ...options(), maxSteps: 39, resumeFrom }))).rejects.toThrow(
      /has done 40 steps, and maxSteps is 39: give a maxSteps of 40 or more/,
    );
    await expect(collect(train({ ...options(), bestMetric: 'loss', resumeFrom }))).rejects.toThrow(
      /chose its best step by accuracy, and bestMetric is loss: resume with accuracy/,
    );
    await expect(
      collect(train({ ...options(), earlyStopping: { patience: 1, metric: 'accuracy' }, resumeFrom })),
    ).rejects.toThrow(/stops early by loss, and earlyStopping.metric is accuracy/);
    await expect(collect(train({ ...options(), resumeFrom: { ...resumeFrom, step: 1.5 } }))).rejects.toThrow(
      /resumeFrom.step must be an integer of 0 or more; got 1.5/,
    );
  });
});

describe('capture', () => {
  it('is refused once the run has gone on', async () => {
    const run = train(smallRun({ maxSteps: 2, evalFreq: 1 }));
    let late: (() => Promise<unknown>) | undefined;
    for await (const event of run) if (event.type === 'checkpoint') late ??= event.capture;
    await expect(late!()).rejects.toThrow(/state of step 1 is gone: await capture\(\) before/);
  });

  it('collects once', async () => {
    const options = smallRun({ maxSteps: 1 });
    const saveState = vi.spyOn(options.learner, 'saveState');
    for await (const event of train(options)) {
      if (event.type === 'checkpoint') expect(await event.capture()).toBe(await event.capture());
    }
    expect(saveState).toHaveBeenCalledTimes(1);
  });
});

describe('aborting', () => {
  it('finishes the step, offers a checkpoint, and the resumed run equals the unbroken one', async () => {
    const unbroken = await finalState(smallRun());
    for (const at of [1, 2, 3, 4, 7, 11, 12]) {
      const controller = new AbortController();
      const events: TrainEvent[] = [];
      let resumeFrom: TrainingState | undefined;
      for await (const event of train(smallRun({ signal: controller.signal }))) {
        events.push(event);
        if (event.type === 'train' && event.step === at) controller.abort();
        if (event.type === 'checkpoint' && event.step === at) resumeFrom = await event.capture();
      }
      expect(events.map(brief).slice(-3)).toEqual([`train ${at}`, `checkpoint ${at} last`, `stop ${at} aborted`]);
      expect(events.at(-1)).toMatchObject({ message: `Stopped on request after step ${at}.` });
      // An evaluation that was due and not made is made first on resuming.
      expect(await finalState(smallRun({ resumeFrom }))).toEqual(unbroken);
    }
  });

  it('during an evaluation drops that evaluation as a whole and repeats it on resuming', async () => {
    const controller = new AbortController();
    const options = smallRun({ signal: controller.signal });
    const { validation, test } = options.evaluate!;
    let passes = 0;
    options.evaluate = {
      validation,
      test: function* () {
        passes += 1;
        for (const [i, batch] of [...(test!() as Iterable<Batch>)].entries()) {
          if (passes === 2 && i === 2) controller.abort();
          yield batch;
        }
      },
    };
    let resumeFrom: TrainingState | undefined;
    const events: TrainEvent[] = [];
    for await (const event of train(options)) {
      events.push(event);
      if (event.type === 'checkpoint') resumeFrom = await event.capture();
    }
    expect(events.map(brief).slice(-3)).toEqual(['train 4', 'checkpoint 4 last', 'stop 4 aborted']);
    expect(resumeFrom!.loop.evaluated).toBe(1);
    const resumed = await collect(train(smallRun({ resumeFrom })));
    expect(resumed.map(brief).slice(0, 3)).toEqual(['start 4', 'eval 4 validation', 'eval 4 test']);
    expect(numbers([...events.slice(1, -2), ...resumed.slice(1)])).toEqual(
      numbers((await collect(train(smallRun()))).slice(1)),
    );
  });

  it('before the start stops at once, without a checkpoint', async () => {
    const events = await collect(train(smallRun({ signal: AbortSignal.abort() })));
    expect(events.map(brief)).toEqual(['start 0', 'stop 0 aborted']);
  });

  it('reaches a learner that never waits: timers get their turn', async () => {
    const controller = new AbortController();
    const options = smallRun({ maxSteps: 1_000_000_000, evalFreq: 1_000_000_000, signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    const last = (await collect(train(options))).at(-1);
    expect(last).toMatchObject({ type: 'stop', reason: 'aborted' });
  });

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    await collect(train(smallRun({ signal })));
    expect(add).not.toHaveBeenCalled();
  });
});

describe('early stopping', () => {
  /** Returns a run whose validation gives these losses (and their negatives as correct counts of 10). */
  const scripted = (losses: number[], changes: object) => {
    const learner: Learner<null> = {
      trainStep: () => ({ count: 1, loss: 1, correct: 0 }),
      evalStep: () => {
        const loss = losses.shift()!;
        return { count: 1, loss, correct: 1 - loss };
      },
      saveState: () => ({ arrays: {}, values: {} }),
      loadState: () => {},
    };
    const data = { next: () => null, saveState: learner.saveState, loadState: learner.loadState };
    const evaluate = { validation: () => [null] };
    return { learner, data, evaluate, maxSteps: 100, evalFreq: 1, learningRate: 1, ...changes };
  };

  it.each([
    ['stops after so many evaluations without an improvement', { patience: 2 }, [0.5, 0.4, 0.45, 0.41], 4],
    ['counts from the last improvement', { patience: 2 }, [0.5, 0.6, 0.4, 0.6, 0.3, 0.3, 0.3], 7],
    ['takes an equal value for no improvement', { patience: 1 }, [0.5, 0.5], 2],
    ['wants more than minDelta', { patience: 2, minDelta: 0.1 }, [0.5, 0.45, 0.42], 3],
    [
      'compares with the best, so that small steps add up',
      { patience: 2, minDelta: 0.1 },
      [0.5, 0.45, 0.39, 0.3, 0.3],
      5,
    ],
    ['watches the accuracy', { patience: 2, metric: 'accuracy' }, [0.5, 0.4, 0.45, 0.41], 4],
  ])('%s', async (_, earlyStopping, losses, stopAt) => {
    const events = await collect(train(scripted([...losses], { earlyStopping })));
    expect(brief(events.at(-1)!)).toBe(`stop ${stopAt} early-stopping`);
    expect(events.at(-2)).toMatchObject({ type: 'checkpoint', step: stopAt, last: true });
  });

  it('says why', async () => {
    const losses = [0.5, 0.25, 0.45, 0.41];
    const events = await collect(train(scripted(losses, { earlyStopping: { patience: 2, minDelta: 0.001 } })));
    expect(events.at(-1)).toMatchObject({
      message:
        'The validation loss has not improved by more than 0.001 in 2 evaluations since step 2, where it was 0.25.',
    });
  });

  it('goes on counting after a resume', async () => {
    const losses = [0.5, 0.6, 0.6, 0.6, 0.6];
    const earlyStopping = { patience: 4 };
    const resumeFrom = await stateAt(3, train(scripted([...losses], { earlyStopping })));
    expect(resumeFrom.loop.earlyStopping).toEqual({ metric: 'loss', best: { value: 0.5, step: 1 }, waited: 2 });
    const events = await collect(train(scripted(losses.slice(3), { earlyStopping, resumeFrom })));
    expect(brief(events.at(-1)!)).toBe('stop 5 early-stopping');
    const again = await stateAt(5, train(scripted(losses.slice(3), { earlyStopping, resumeFrom })));
    const resumed = await collect(train(scripted([], { earlyStopping, resumeFrom: again })));
    expect(resumed.map(brief)).toEqual(['start 5', 'stop 5 early-stopping']);
  });
});

describe('a loss that is not finite', () => {
  it('in training stops before its event, without a checkpoint of it', async () => {
    const options = smallRun({ maxSteps: 12, evalFreq: 4 });
    const step = options.learner.trainStep.bind(options.learner);
    options.learner.trainStep = async (batch, context) => {
      const sums = await step(batch, context);
      return context.step === 6 ? { ...sums, loss: Number.NaN } : sums;
    };
    const events = await collect(train(options));
    expect(events.map(brief).slice(-3)).toEqual(['checkpoint 4 last best', 'train 5', 'stop 6 non-finite-loss']);
    expect(events.at(-1)).toMatchObject({
      message: expect.stringMatching(/^The training loss is NaN at step 6, .*try a lower learning rate/),
    });
  });

  it('happens to a real learner whose learning rate is far too high', async () => {
    const events = await collect(
      train(smallRun({ maxSteps: 1000, evalFreq: 1000, learningRate: 1e308, evaluate: {} })),
    );
    expect(events.at(-1)).toMatchObject({ type: 'stop', reason: 'non-finite-loss' });
    expect(events.every((e) => e.type !== 'train' || Number.isFinite(e.loss))).toBe(true);
  });

  it('in an evaluation names the split', async () => {
    const options = smallRun();
    const evalStep = options.learner.evalStep.bind(options.learner);
    let calls = 0;
    options.learner.evalStep = async (batch) => {
      const sums = await evalStep(batch);
      calls += 1;
      return calls === 12 ? { ...sums, loss: Infinity } : sums;
    };
    const events = await collect(train(options));
    expect(events.map(brief).slice(-2)).toEqual(['train 4', 'stop 4 non-finite-loss']);
    expect(events.at(-1)).toMatchObject({
      message: expect.stringMatching(/^The validation loss is Infinity at step 4/),
    });
  });
});

describe('errors and early ends', () => {
  it('of the learner, the data and the schedule come through', async () => {
    const boom = new Error('boom');
    const fail = () => {
      throw boom;
    };
    const { learner, data } = smallRun();
    await expect(collect(train(smallRun({ learner: Object.assign(learner, { trainStep: fail }) })))).rejects.toBe(boom);
    await expect(collect(train(smallRun({ data: Object.assign(data, { next: fail }) })))).rejects.toBe(boom);
    await expect(collect(train(smallRun({ learningRate: fail })))).rejects.toBe(boom);
    await expect(collect(train(smallRun({ evaluate: { test: fail } })))).rejects.toBe(boom);
  });

  it('close the evaluation that is running', async () => {
    let closed = 0;
    const source = function* () {
      try {
        yield* [[]];
      } finally {
        closed += 1;
      }
    };
    // An empty batch is its own error: sums over no examples.
    await expect(collect(train(smallRun({ evaluate: { test: source } })))).rejects.toThrow(
      /evalStep must return \{ count, loss, correct \} with a count of 1 or more.*got \{ count: 0/,
    );
    expect(closed).toBe(1);
  });

  it('leaving the loop ends the run', async () => {
    const options = smallRun();
    const next = vi.spyOn(options.data, 'next');
    for await (const event of train(options)) if (event.type === 'train' && event.step === 2) break;
    expect(next).toHaveBeenCalledTimes(2);
  });

  it('a split without examples is one', async () => {
    await expect(collect(train(smallRun({ evaluate: { test: () => [] } })))).rejects.toThrow(
      /gave no batch to evaluate/,
    );
  });

  it.each([
    undefined,
    {},
    { count: 0, loss: 1, correct: 0 },
    { count: 2, loss: 1, correct: 3 },
    { count: 1, loss: '1', correct: 0 },
  ])('wrong sums are one: %j', async (sums) => {
    const learner = Object.assign(smallRun().learner, { trainStep: () => sums });
    await expect(collect(train(smallRun({ learner })))).rejects.toThrow(
      /trainStep must return \{ count, loss, correct/,
    );
  });
});

describe('options', () => {
  it.each([
    [{ maxSteps: 0 }, 'maxSteps must be a whole number of 1 or more; got 0.'],
    [{ maxSteps: 2.5 }, 'maxSteps must be a whole number of 1 or more; got 2.5.'],
    [{ evalFreq: Number.NaN }, 'evalFreq must be a whole number of 1 or more; got NaN.'],
    [{ evalFreq: '5' }, 'evalFreq must be a whole number of 1 or more; got "5".'],
    [{ checkpointSeconds: 0 }, 'checkpointSeconds must be a finite number above 0; got 0.'],
    [{ checkpointFreq: -1 }, 'checkpointFreq must be a whole number of 1 or more; got -1.'],
    [{ learningRate: Number.NaN }, 'learningRate must be a finite number of 0 or more; got NaN.'],
    [{ learningRate: -1 }, 'learningRate must be a finite number of 0 or more; got -1.'],
    [{ learningRate: Infinity }, 'learningRate must be a finite number of 0 or more; got Infinity.'],
    [{ learningRate: () => Number.NaN }, 'The learning rate of step 1 must be a finite number of 0 or more; got NaN.'],
    [{ bestMetric: 'f1' }, 'bestMetric must be one of loss, accuracy; got "f1".'],
    [{ evaluate: { train: () => [] } }, 'split must be one of validation, test; got "train".'],
    [{ earlyStopping: { patience: 0 } }, 'earlyStopping.patience must be a whole number of 1 or more; got 0.'],
    [{ earlyStopping: { patience: 1, minDelta: -1 } }, 'earlyStopping.minDelta must be a finite number of 0 or more'],
    [
      { earlyStopping: { patience: 1, metric: 'auc' } },
      'earlyStopping.metric must be one of loss, accuracy; got "auc".',
    ],
    [{ earlyStopping: { patience: 1 }, evaluate: {} }, 'earlyStopping needs a validation split'],
  ])('%j is refused', async (changes, message) => {
    await expect(collect(train(smallRun(changes as object)))).rejects.toThrow(message);
  });
});
