import fc from 'fast-check';
import { expect, it } from 'vitest';
import { microBatchOf, smallestPart } from './micro-batch.js';

it('takes a batch whole where nothing else is said', () => {
  expect(microBatchOf({ batchSize: 30 })).toBe(30);
  expect(smallestPart(7, { batchSize: 30 })).toBe(7);
});

it('takes a batch in at most so many parts', () => {
  const sizes = fc.record({
    batchSize: fc.integer({ min: 1, max: 500 }),
    accumulate: fc.integer({ min: 1, max: 500 }),
  });
  fc.assert(
    fc.property(sizes, (settings) => {
      const largest = microBatchOf(settings);
      const parts = Math.ceil(settings.batchSize / largest);
      expect(parts).toBeLessThanOrEqual(settings.accumulate);
      const smallest = smallestPart(settings.batchSize, settings);
      expect(smallest).toBeGreaterThanOrEqual(1);
      expect(smallest * parts).toBeLessThanOrEqual(settings.batchSize);
      expect((smallest + 1) * parts).toBeGreaterThan(settings.batchSize);
    }),
  );
});
