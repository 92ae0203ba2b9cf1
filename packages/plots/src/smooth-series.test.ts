import { describe, expect, it } from 'vitest';
import { smooth } from './smooth.js';
import { smoothSeries } from './smooth-series.js';

const GAP = 300_000;

/** Returns a noisy decay over every second step. */
const series = (length: number, gaps: readonly number[] = []) => ({
  name: 'train',
  steps: Array.from({ length }, (_, i) => 2 * i + 1),
  values: Array.from({ length }, (_, i) =>
    gaps.includes(i) ? Number.NaN : 2.3 * Math.exp((-3 * i) / length) + 0.3 * Math.sin(i * i),
  ),
});

describe('smoothSeries', () => {
  it.each([0, 1, 7, 10_000])('keeps each of %i points', (length) => {
    const whole = series(length);
    const smoothed = smoothSeries(whole);
    expect(smoothed.steps).toEqual(whole.steps);
    expect(smoothed.values).toEqual(smooth(whole.values, Math.max(5, length / 10)));
  });

  it.each([1, 5, 1001])('keeps each of many points with a window of %i', (window) => {
    const whole = series(100_000);
    const smoothed = smoothSeries(whole, window);
    expect(smoothed.steps).toEqual(whole.steps);
    expect(smoothed.values).toEqual(smooth(whole.values, window));
  });

  it('smooths logarithms for a logarithmic scale', () => {
    const { steps, values } = smoothSeries({ name: 'train', steps: [1, 2, 3], values: [100, 10, 1] }, 3, 'log');
    expect(steps).toEqual([1, 2, 3]);
    expect([...(values as Float64Array)]).toEqual([100, 10, 1].map((value) => expect.closeTo(value, 10)));
  });

  describe('of a very long series', () => {
    const whole = series(400_000, [0, 1, GAP, GAP + 2]);
    const all = smooth(whole.values, 40_000);
    const smoothed = smoothSeries(whole);
    const kept = smoothed.steps.map((step) => (step - 1) / 2);

    it('keeps some points, with the values of the smoothing of all', () => {
      expect(kept.length).toBeLessThan(12_000);
      expect(smoothed.values).toEqual(Float64Array.from(kept, (i) => all[i]!));
    });

    it('keeps the gaps and the ends of what lies between', () => {
      expect(kept.slice(0, 3)).toEqual([0, 1, 2]);
      expect(kept).toEqual(expect.arrayContaining([GAP - 1, GAP, GAP + 1, GAP + 2, GAP + 3, 399_999]));
    });

    it('leaves out nothing that can be seen: lines between neighbours meet what lies there', () => {
      let worst = 0;
      kept.slice(1).forEach((to, k) => {
        const from = kept[k]!;
        for (let i = from + 1; i < to; i++) {
          const share = (i - from) / (to - from);
          worst = Math.max(worst, Math.abs(all[from]! * (1 - share) + all[to]! * share - all[i]!));
        }
      });
      // Of a curve that falls by more than 2: under a hundredth of a pixel of 300.
      expect(worst).toBeLessThan(5e-5);
    });
  });
});
