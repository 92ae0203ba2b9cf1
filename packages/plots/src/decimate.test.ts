import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate } from './decimate.js';
import type { Point } from './series.js';

const noise = (length: number): Point[] =>
  Array.from({ length }, (_, i) => ({ step: i + 1, value: Math.sin(i * i) + (i === 777 ? 50 : 0) }));

describe('decimate', () => {
  it('returns short curves as they are', () => {
    const points = noise(200);
    expect(decimate(points, 100)).toBe(points);
  });

  it('keeps two points per column at most, and the spike', () => {
    const kept = decimate(noise(10_000), 100);
    expect(kept.length).toBeLessThanOrEqual(2 * 101);
    expect(kept).toContainEqual({ step: 778, value: Math.sin(777 * 777) + 50 });
  });

  it('keeps a subsequence with the same extremes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 300 }),
        (values) => {
          const points = values.map((value, step) => ({ step, value }));
          const kept = decimate(points, 10);
          expect(points.filter((point) => kept.includes(point))).toEqual(kept);
          const extremes = (list: readonly Point[]) => [
            Math.min(...list.map((p) => p.value)),
            Math.max(...list.map((p) => p.value)),
          ];
          expect(extremes(kept)).toEqual(extremes(points));
        },
      ),
    );
  });

  it('keeps a gap', () => {
    const points = noise(10_000).map((point) => (point.step === 5000 ? { step: 5000, value: Number.NaN } : point));
    expect(decimate(points, 100).filter(({ value }) => Number.isNaN(value))).toEqual([
      { step: 5000, value: Number.NaN },
    ]);
  });

  it('keeps all points at one step', () => {
    const points = [3, 1, 2, 5, 4].map((value) => ({ step: 7, value }));
    expect(decimate(points, 1)).toEqual(points);
  });
});
