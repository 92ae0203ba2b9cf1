import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ranges } from './ranges.js';

const LARGE = 2 ** 30;

it('cover everything once, in order, from multiples of the step', () => {
  const counts = { threads: fc.integer({ min: 1, max: 40 }), count: fc.integer({ min: 1, max: 5000 }) };
  fc.assert(
    fc.property(fc.record({ ...counts, step: fc.constantFrom(1, 4, 16) }), ({ threads, count, step }) => {
      const parts = ranges(threads, count, LARGE, step);
      let next = 0;
      for (const part of parts) {
        expect(part.first).toBe(next);
        expect(part.first % step).toBe(0);
        expect(part.count).toBeGreaterThan(0);
        next += part.count;
      }
      expect(next).toBe(count);
      expect(parts.length).toBeLessThanOrEqual(64);
    }),
  );
});

it('are more than the threads where there is enough to do, and one where there is not', () => {
  expect(ranges(2, 32, LARGE).map(({ count }) => count)).toEqual([4, 4, 4, 4, 4, 4, 4, 4]);
  expect(ranges(2, 32, 1000)).toEqual([{ first: 0, count: 32 }]);
  expect(ranges(1, 32, LARGE)).toEqual([{ first: 0, count: 32 }]);
  expect(ranges(2, 0, LARGE)).toEqual([{ first: 0, count: 0 }]);
});
