import { afterEach, expect, it, vi } from 'vitest';
import { measure } from './measure.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A clock that moves by what the task takes. */
function clock(milliseconds: number[]) {
  let now = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const run = vi.fn(() => {
    now += milliseconds.shift()!;
  });
  return run;
}

it('times each run', () => {
  const run = clock([30, 20, 25]);
  expect(measure({ run }, 3)).toEqual([30, 20, 25]);
});

it('repeats short work until a measurement lasts long enough, and gives the time of one repetition', () => {
  const run = clock([9, 7, 5, 30]);
  expect(measure({ run, minimum: 20 }, 2)).toEqual([7, 30]);
  expect(run).toHaveBeenCalledTimes(4);
});
