import fc from 'fast-check';
import { expect, it } from 'vitest';
import { microBatches } from './micro-batches.js';

it('splits a batch into the fewest parts, as even as can be, in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 50 }), (n, largest) => {
      const images = Float32Array.from({ length: n * 6 }, (_, i) => i);
      const labels = Float32Array.from({ length: n * 2 }, (_, i) => -i);
      const parts = microBatches({ images, labels, shape: [n, 2, 3] }, largest);
      expect(parts).toHaveLength(Math.ceil(n / largest));
      const sizes = parts.map(({ shape }) => shape[0]!);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(largest);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(parts.flatMap((part) => [...part.images])).toEqual([...images]);
      expect(parts.flatMap((part) => [...part.labels])).toEqual([...labels]);
      for (const part of parts) {
        expect(part.shape.slice(1)).toEqual([2, 3]);
        expect(part.images[0]).toBe(6 * part.firstExample);
      }
    }),
  );
});

it('leaves a batch whole where all of it may be taken', () => {
  const batch = { images: new Float32Array(6), labels: new Float32Array(4), shape: [2, 3] };
  expect(microBatches(batch, Number.POSITIVE_INFINITY)).toEqual([{ ...batch, firstExample: 0 }]);
});

it.each([[new Float32Array(5)], [[1, 0, 0, 1]], [undefined]])(
  'refuses to split labels %j of two examples',
  (labels) => {
    const split = () => microBatches({ images: new Float32Array(6), labels: labels as Float32Array, shape: [2, 3] }, 1);
    expect(split).toThrow(RangeError);
    expect(split).toThrow('labels must be a Float32Array of [2, classes]; got');
  },
);
