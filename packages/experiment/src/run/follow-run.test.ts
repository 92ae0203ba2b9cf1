import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RunEnd, RunEvent } from './events.js';
import { followRun } from './follow-run.js';
import { runStream } from './run-stream.js';

const start = { type: 'start', step: 0, maxSteps: 9, evalFreq: 3, splits: ['test'] } as unknown as RunEvent;
const stop = { type: 'stop', reason: 'max-steps', step: 9, message: 'done' } as RunEvent;
const result = { network: 'mlp', isKept: true } as RunEnd;
const end: RunEvent = { type: 'end', end: result };

/** Signals that have a listener now. */
const listening = () => process.listenerCount('SIGINT');

/**
 * Follows a run of some events, each of which may be work to do before the next.
 *
 * @returns what has happened, in order.
 */
async function follow(
  events: readonly (RunEvent | ((signal: AbortSignal) => void))[],
  onEvent: (event: RunEvent) => void | Promise<void> = () => {},
) {
  const log: string[] = [];
  const before = listening();
  const followed = followRun(
    (signal) => {
      async function* run(): AsyncGenerator<RunEvent, RunEnd, undefined> {
        try {
          for (const event of events) {
            if (typeof event === 'function') event(signal);
            else yield event;
          }
          return result;
        } finally {
          log.push('rests');
        }
      }
      return runStream(run());
    },
    {
      onEvent: async (event) => {
        await onEvent(event);
        log.push(`${event.type}${listening() > before ? ', may be interrupted' : ''}`);
      },
      onInterrupt: () => void log.push('interrupted'),
      onStop: () => void log.push('stopped'),
    },
  );
  const outcome = await followed.catch((error: unknown) => error);
  expect(listening()).toBe(before);
  return { outcome, log };
}

describe('followRun', () => {
  it('hands on every event, and listens to signals until the training has stopped', async () => {
    const { outcome, log } = await follow([start, stop, end]);
    expect(outcome).toEqual({ end: result, hasStarted: true });
    expect(log).toEqual([...['start, may be interrupted', 'stop, may be interrupted', 'stopped'], ...['end', 'rests']]);
  });

  it('waits for whoever hears of an event', async () => {
    let heard = 0;
    const check = () => expect(heard).toBe(1);
    const { outcome } = await follow([start, check, stop, end], async ({ type }) => {
      await sleep(1);
      if (type === 'start') heard += 1;
    });
    expect(outcome).toMatchObject({ hasStarted: true });
  });

  it('ends the training at a signal, and says so once it has begun', async () => {
    let aborted: boolean | undefined;
    const interrupt = (signal: AbortSignal) => {
      process.emit('SIGINT', 'SIGINT');
      aborted = signal.aborted;
    };
    const { outcome, log } = await follow([start, interrupt, stop, end]);
    expect(aborted).toBe(true);
    expect(outcome).toEqual({ end: result, hasStarted: true, interruptedBy: 'SIGINT' });
    expect(log).toContain('interrupted');
    const early = await follow([interrupt, end]);
    expect(early.outcome).toEqual({ end: result, hasStarted: false, interruptedBy: 'SIGINT' });
    expect(early.log).not.toContain('interrupted');
  });

  it('throws what the run throws, after it was said that it has stopped', async () => {
    const broken = () => {
      throw new Error('the disk is full');
    };
    const { outcome, log } = await follow([start, broken]);
    expect(outcome).toEqual(new Error('the disk is full'));
    expect(log).toEqual(['start, may be interrupted', 'rests', 'stopped']);
  });

  it('leaves the run where whoever hears of an event throws', async () => {
    const { outcome, log } = await follow([start, stop, end], () => {
      throw new Error('the terminal is gone');
    });
    expect(outcome).toEqual(new Error('the terminal is gone'));
    expect(log).toEqual(['stopped', 'rests']);
  });
});
