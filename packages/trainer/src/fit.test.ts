import { describe, expect, it, vi } from 'vitest';
import { brief, collect, smallRun } from '../test/support/run.js';
import { fit, HistoryRecorder, type StatefulCallback, type TrainEvent, type TrainingState, train } from './index.js';

/** Sums the losses it sees; its state is that sum. */
class LossSum implements StatefulCallback {
  sum = 0;
  constructor(readonly name = 'loss-sum') {}

  onEvent(event: TrainEvent) {
    if (event.type === 'train') this.sum += event.loss;
  }
  saveState() {
    return { arrays: {}, values: { sum: this.sum } };
  }
  loadState({ values }: { values: Record<string, unknown> }) {
    this.sum = values.sum as number;
  }
}

describe('fit', () => {
  it('returns the history: every step, every evaluation, the best and the reason to stop', async () => {
    const events = await collect(train(smallRun()));
    const history = await fit(smallRun());
    const without = ({ type: _, ...rest }: TrainEvent) => rest;
    expect(history).toEqual({
      train: events.filter((e) => e.type === 'train').map(without),
      evaluations: events.filter((e) => e.type === 'eval').map(without),
      best: history.best,
      stop: { reason: 'max-steps', step: 12, message: 'Reached the last step, 12.' },
    });
    const { previous: _, type, ...best } = events.filter((e) => e.type === 'best').at(-1)!;
    expect(type).toBe('best');
    expect(history.best).toEqual(best);
    expect(history.train).toHaveLength(12);
    expect(history.evaluations.map(({ split, step }) => `${split} ${step}`)).toEqual([
      'validation 1',
      'test 1',
      'validation 4',
      'test 4',
      'validation 8',
      'test 8',
      'validation 12',
      'test 12',
    ]);
  });

  it('hands every event to the callbacks, in order, and waits for them', async () => {
    const seen: string[] = [];
    const slow = async (event: TrainEvent) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      seen.push(`a ${brief(event)}`);
    };
    await fit({ ...smallRun({ maxSteps: 1 }), callbacks: [slow, (event) => void seen.push(`b ${brief(event)}`)] });
    const events = (await collect(train(smallRun({ maxSteps: 1 })))).map(brief);
    expect(seen).toEqual(events.flatMap((text) => [`a ${text}`, `b ${text}`]));
  });

  it('resumes with the history and the states of the callbacks, bit for bit', async () => {
    const whole = new LossSum();
    const unbroken = await fit({ ...smallRun({ checkpointFreq: 5 }), callbacks: [whole] });
    let state: TrainingState | undefined;
    const controller = new AbortController();
    const stopped = await fit({
      ...smallRun({ checkpointFreq: 5, signal: controller.signal }),
      callbacks: [
        new LossSum(),
        async (event) => {
          if (event.type === 'train' && event.step === 7) controller.abort();
          if (event.type === 'checkpoint') state = await event.capture();
        },
      ],
    });
    expect(stopped.stop.reason).toBe('aborted');
    expect(state!.step).toBe(7);
    expect(Object.keys(state!.callbacks)).toEqual(['history', 'loss-sum']);
    const sum = new LossSum();
    const resumed = await fit({ ...smallRun({ checkpointFreq: 5, resumeFrom: state }), callbacks: [sum] });
    expect(resumed).toEqual(unbroken);
    expect(sum.sum).toBe(whole.sum);
  });

  it('starts a callback fresh that the state does not know', async () => {
    let resumeFrom: TrainingState | undefined;
    for await (const event of train(smallRun({ maxSteps: 4 }))) {
      if (event.type === 'checkpoint') resumeFrom = await event.capture();
    }
    const history = await fit({ ...smallRun({ maxSteps: 6, resumeFrom }), callbacks: [new LossSum()] });
    expect(history.train.map(({ step }) => step)).toEqual([5, 6]);
  });

  it('throws what a callback throws, and ends the run', async () => {
    const options = smallRun();
    const next = vi.spyOn(options.data, 'next');
    const callback = (event: TrainEvent) => {
      if (event.type === 'train' && event.step === 2) throw new Error('callback failed');
    };
    await expect(fit({ ...options, callbacks: [callback] })).rejects.toThrow('callback failed');
    expect(next).toHaveBeenCalledTimes(2);
  });

  it('refuses two callbacks of one name', async () => {
    const callbacks = [new LossSum(), new LossSum()];
    await expect(fit({ ...smallRun(), callbacks })).rejects.toThrow(/Two callbacks are named "loss-sum"/);
    await expect(fit({ ...smallRun(), callbacks: [new LossSum('history')] })).rejects.toThrow(/"history" is taken/);
  });
});

describe('HistoryRecorder', () => {
  it('keeps validation before test within a step through its state', async () => {
    const recorder = new HistoryRecorder();
    for await (const event of train(smallRun())) recorder.onEvent(event);
    const copy = new HistoryRecorder();
    copy.loadState(recorder.saveState());
    copy.onEvent({ type: 'stop', ...recorder.result().stop });
    expect(copy.result()).toEqual(recorder.result());
  });

  it('refuses to be asked too early', () => {
    expect(() => new HistoryRecorder().result()).toThrow(/complete only after the stop event/);
  });

  it('refuses a wrong state', () => {
    const { arrays, values } = new HistoryRecorder().saveState();
    const { 'train.loss': _, ...rest } = arrays;
    expect(() => new HistoryRecorder().loadState({ arrays: rest, values })).toThrow(/float64 array "train.loss"/);
    const longer = { ...arrays, 'train.loss': { shape: [1], data: new Float64Array(1) } };
    expect(() => new HistoryRecorder().loadState({ arrays: longer, values })).toThrow(/as long as "train.step"/);
    expect(() => new HistoryRecorder().loadState({ arrays: {}, values })).toThrow(/float64 array "train.step"/);
  });
});
