import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { measure } from './measure.js';

let now = 1000;
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Returns work that moves the clock by this many milliseconds, one after the other. */
function work(milliseconds: number[]) {
  return vi.fn(() => {
    now += milliseconds.shift()!;
  });
}

it('times each run', () => {
  const run = work([30, 20, 25]);
  expect(measure({ run }, 3)).toEqual([30, 20, 25]);
});

it('repeats short work until a measurement lasts long enough, and gives the time of one repetition', () => {
  const run = work([9, 7, 5, 30]);
  expect(measure({ run, minimum: 20 }, 2)).toEqual([7, 30]);
  expect(run).toHaveBeenCalledTimes(4);
});

it('leaves out what comes before each run', () => {
  const before = work([100, 200]);
  expect(measure({ before, run: work([15, 5]), minimum: 20 }, 1)).toEqual([10]);
  expect(before).toHaveBeenCalledTimes(2);
});
