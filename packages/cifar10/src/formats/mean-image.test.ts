import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IMAGE_SIZE, RECORD_SIZE } from '../records.js';
import { addPixelSums, meanOfSums } from './mean-image.js';

test('sums equal those of a plain loop, for any number of images in any split into batches', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 1, maxLength: 3 }), fc.nat(), (counts, seed) => {
      const sums = new Uint32Array(IMAGE_SIZE);
      const expected = new Uint32Array(IMAGE_SIZE);
      for (const count of counts) {
        const records = Uint8Array.from({ length: count * RECORD_SIZE }, (_, i) => (seed + i * 37 + (i >> 7)) & 0xff);
        addPixelSums(sums, records);
        for (let i = 0; i < count; i++) {
          for (let j = 0; j < IMAGE_SIZE; j++) expected[j]! += records[i * RECORD_SIZE + 1 + j]!;
        }
      }
      expect(sums).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});

test('the mean is the quotient, rounded once to float32', () => {
  const sums = new Uint32Array(IMAGE_SIZE).fill(10);
  sums[1] = 12_750_000;
  const mean = meanOfSums(sums, 50_000);
  expect(mean[0]).toBe(Math.fround(0.0002));
  expect(mean[1]).toBe(255);
});
