import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../test/support/clusters.js';
import { brief, collect, smallRun } from '../test/support/run.js';
import { type BatchSums, type Learner, type TrainEvent, train } from './index.js';

/** Milliseconds after which no further step begins before the present one has ended, however busy the machine is. */
const WAIT_MS = 500;

/** A learner whose steps end when the next one has begun, or when none begins, and what happened in order. */
function queued(learner: Learner<Batch>, sumsOf: (step: number, sums: BatchSums) => BatchSums = (_, sums) => sums) {
  const log: string[] = [];
  let onBegin = () => {};
  return {
    log,
    learner: {
      runsAhead: true,
      async trainStep(batch, context) {
        log.push(`begin ${context.step}`);
        onBegin();
        const next = new Promise<void>((resolve) => {
          onBegin = resolve;
        });
        const sums = await learner.trainStep(batch, context);
        await Promise.race([next, sleep(WAIT_MS)]);
        log.push(`end ${context.step}`);
        return sumsOf(context.step, sums);
      },
      evalStep: (batch) => learner.evalStep(batch),
      async saveState() {
        log.push('save');
        return learner.saveState();
      },
      loadState: (state) => learner.loadState(state),
    } satisfies Learner<Batch>,
  };
}

const plain = (events: TrainEvent[]) => events.map(({ ...event }) => JSON.parse(JSON.stringify(event)));

it('begins a step before the one before it has ended, and gives the same events', async () => {
  const options = { ...smallRun({ maxSteps: 7, evalFreq: 4, checkpointFreq: 6 }) };
  const { learner, log } = queued(options.learner);
  const events: TrainEvent[] = [];
  for await (const event of train({ ...options, learner })) {
    events.push(event);
    if (event.type === 'checkpoint') await event.capture();
  }
  expect(plain(events)).toEqual(plain(await collect(train(smallRun({ maxSteps: 7, evalFreq: 4, checkpointFreq: 6 })))));
  // Steps 1 and 4 are evaluated, and 6 is saved: nothing runs ahead of these.
  const expected =
    'begin 1, end 1, save, begin 2, begin 3, end 2, begin 4, end 3, end 4, save, begin 5, begin 6, end 5, end 6, save, begin 7, end 7, save';
  expect(log.join(', ')).toBe(expected);
});

describe('a step that is under way', () => {
  it('ends before an aborted run does, which is saved after it', async () => {
    const controller = new AbortController();
    const options = smallRun({ maxSteps: 9, evalFreq: 100 });
    const { learner, log } = queued(options.learner);
    const events: string[] = [];
    for await (const event of train({ ...options, learner, signal: controller.signal })) {
      events.push(brief(event));
      if (event.type === 'checkpoint') await event.capture();
      if (event.type === 'train' && event.step === 3) controller.abort();
    }
    expect(events.slice(-4)).toEqual(['train 3', 'train 4', 'checkpoint 4 last', 'stop 4 aborted']);
    expect(log.slice(-3)).toEqual(['end 3', 'end 4', 'save']);
  });

  it('ends before the run does when the loop is left, when a loss is not finite, and after an error', async () => {
    const left = queued(smallRun({ maxSteps: 9 }).learner);
    for await (const event of train({ ...smallRun({ maxSteps: 9, evalFreq: 100 }), learner: left.learner })) {
      if (event.type === 'train' && event.step === 3) break;
    }
    expect(left.log.slice(-2)).toEqual(['end 3', 'end 4']);

    const bad = queued(smallRun({ maxSteps: 9 }).learner, (step, sums) =>
      step === 3 ? { ...sums, loss: Number.NaN } : sums,
    );
    const events = await collect(train({ ...smallRun({ maxSteps: 9, evalFreq: 100 }), learner: bad.learner }));
    expect(brief(events.at(-1)!)).toBe('stop 3 non-finite-loss');
    expect(bad.log.slice(-2)).toEqual(['end 3', 'end 4']);

    const failing = queued(smallRun({ maxSteps: 9 }).learner, (step, sums) => {
      if (step >= 3) throw new Error(`step ${step}`);
      return sums;
    });
    const run = collect(train({ ...smallRun({ maxSteps: 9, evalFreq: 100 }), learner: failing.learner }));
    await expect(run).rejects.toThrow('step 3');
    expect(failing.log.slice(-2)).toEqual(['end 3', 'end 4']);
  });
});
