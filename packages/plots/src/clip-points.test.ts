import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipPoints } from './clip-points.js';

const points = (...values: number[]) => values.map((value, step) => ({ step, value }));
const drawn = (clipped: ReturnType<typeof clipPoints>) => clipped.map(({ step, value }) => [step, value]);

describe('clipPoints', () => {
  it('goes to the end of the axis and comes back from there', () => {
    expect(drawn(clipPoints(points(1, 5, 1), [0, 3]))).toEqual([
      [0, 1],
      [0.5, 3],
      [1, Number.NaN],
      [1.5, 3],
      [2, 1],
    ]);
  });

  it('crosses the whole axis in the order of the line', () => {
    expect(drawn(clipPoints(points(-1, 3), [0, 1])).slice(1, 3)).toEqual([
      [0.25, 0],
      [0.5, 1],
    ]);
    expect(drawn(clipPoints(points(3, -1), [0, 1])).slice(1, 3)).toEqual([
      [0.5, 1],
      [0.75, 0],
    ]);
  });

  it('crosses where a straight line on a log scale does', () => {
    expect(drawn(clipPoints(points(1, 100), [0.1, 10], 'log'))[1]).toEqual([0.5, 10]);
  });

  it('joins nothing across a gap', () => {
    expect(drawn(clipPoints(points(1, Number.NaN, 9), [0, 3]))).toEqual([
      [0, 1],
      [1, Number.NaN],
      [2, Number.NaN],
    ]);
  });

  it('stays within the axis, keeps what is within, and its steps never decrease', () => {
    const values = fc.array(fc.oneof(fc.double({ min: -100, max: 100, noNaN: true }), fc.constant(Number.NaN)));
    fc.assert(
      fc.property(values, (all) => {
        const clipped = clipPoints(points(...all), [-10, 10]);
        for (const { value } of clipped) if (!Number.isNaN(value)) expect(Math.abs(value)).toBeLessThanOrEqual(10);
        const kept = clipped.filter(({ isCrossing }) => !isCrossing).map(({ value }) => value);
        expect(kept).toEqual(all.map((value) => (Math.abs(value) <= 10 ? value : Number.NaN)));
        const steps = clipped.map(({ step }) => step);
        expect(steps).toEqual([...steps].sort((a, b) => a - b));
      }),
    );
  });
});
