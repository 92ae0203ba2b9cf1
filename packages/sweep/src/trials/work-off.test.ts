import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { workOff } from './work-off.js';

const never = new AbortController().signal;

describe('workOff', () => {
  it.each([1, 2, 3, 9])('does every item once, %i at a time', async (jobs) => {
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    await workOff([0, 1, 2, 3, 4, 5, 6], jobs, never, async (item) => {
      begun.push(item);
      most = Math.max(most, ++running);
      await sleep(item % 3);
      running -= 1;
    });
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(Math.min(jobs, 7));
  });

  it('begins no more after an interrupt', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    await workOff([0, 1, 2, 3], 2, controller.signal, async (item) => {
      begun.push(item);
      controller.abort();
    });
    expect(begun).toEqual([0]);
  });

  it('interrupts the others when one throws, waits for them and throws its error', async () => {
    const ended: number[] = [];
    const working = workOff([0, 1, 2, 3], 2, never, async (item, signal) => {
      if (item === 1) throw new Error('the disk is full');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await sleep(5);
      ended.push(item);
    });
    await expect(working).rejects.toThrow('the disk is full');
    expect(ended).toEqual([0]);
  });
});
