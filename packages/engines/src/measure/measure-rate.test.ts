import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { measureRate } from './measure-rate.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Returns an engine that takes this many milliseconds for a run of size 1, and what it was asked to do. */
function engine(milliseconds: number) {
  const asked: number[] = [];
  const run = (size: number) => {
    asked.push(size);
    vi.advanceTimersByTime(milliseconds * size);
  };
  return { asked, work: { sizes: [1, 2, 4, 8], operations: 3e6, run } };
}

describe('measureRate', () => {
  it('is the number of operations in a second, in thousands of millions', async () => {
    // 3 million operations in half a millisecond.
    expect(await measureRate(engine(0.5).work, 1)).toBeCloseTo(6, 9);
  });

  it('gives fast engines the largest size and slow ones the smallest', async () => {
    const fast = engine(1);
    await measureRate(fast.work, 1);
    expect(fast.asked.slice(0, 5)).toEqual([1, 2, 4, 8, 8]);
    expect(fast.asked.length).toBeGreaterThan(100);
    const slow = engine(300);
    expect(await measureRate(slow.work, 1)).toBeCloseTo(0.01, 9);
    expect(slow.asked).toEqual([1, 1, 1, 1]);
  });

  it('takes the fastest run', async () => {
    let count = 0;
    const run = () => {
      vi.advanceTimersByTime(++count === 7 ? 10 : 40);
    };
    expect(await measureRate({ sizes: [1], operations: 1e7, run }, 1)).toBeCloseTo(1, 9);
  });
});
