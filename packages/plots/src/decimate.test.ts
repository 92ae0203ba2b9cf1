import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate } from './decimate.js';
import type { Point } from './series.js';

const noise = (length: number): Point[] =>
  Array.from({ length }, (_, i) => ({ step: i + 1, value: Math.sin(i * i) + (i === 777 ? 50 : 0) }));

/** Decimates points that are objects. */
const decimated = (points: readonly Point[], columns: number) =>
  decimate({ steps: points.map(({ step }) => step), values: points.map(({ value }) => value) }, columns);

describe('decimate', () => {
  it('returns short curves as they are', () => {
    const points = noise(200);
    expect(decimated(points, 100)).toEqual(points);
  });

  it('keeps two points per column at most, and the spike', () => {
    const kept = decimated(noise(10_000), 100);
    expect(kept.length).toBeLessThanOrEqual(2 * 101);
    expect(kept).toContainEqual({ step: 778, value: Math.sin(777 * 777) + 50 });
  });

  it('keeps a subsequence with the same extremes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 300 }),
        (values) => {
          const points = values.map((value, step) => ({ step, value }));
          const kept = decimated(points, 10);
          expect(kept).toEqual(kept.map(({ step }) => points[step]));
          expect(kept.map(({ step }) => step)).toEqual(
            [...new Set(kept.map(({ step }) => step))].sort((a, b) => a - b),
          );
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
    expect(decimated(points, 100).filter(({ value }) => Number.isNaN(value))).toEqual([
      { step: 5000, value: Number.NaN },
    ]);
  });

  it('keeps all points at one step', () => {
    const points = [3, 1, 2, 5, 4].map((value) => ({ step: 7, value }));
    expect(decimated(points, 1)).toEqual(points);
  });
});
