import { array, assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CurveColumns } from '../protocol.js';
import { BucketSeries } from './bucket-series.js';

const all = (series: BucketSeries) => series.since(-1)!.columns;

it('keeps a short series as it is', () => {
  const series = new BucketSeries();
  for (const step of [1, 100, 200]) series.add(step, 2 / step, step / 1000);
  expect(series.width).toBe(1);
  expect(all(series)).toEqual({
    step: [1, 100, 200],
    ...{ loss: [2, 0.02, 0.01], lossLow: [2, 0.02, 0.01], lossHigh: [2, 0.02, 0.01] },
    ...{ accuracy: [0.001, 0.1, 0.2], accuracyLow: [0.001, 0.1, 0.2], accuracyHigh: [0.001, 0.1, 0.2] },
  });
});

describe('a long series', () => {
  const losses = array(double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 3000 });

  it('has few buckets, with mean, lowest and highest value of their steps', () => {
    assert(
      property(losses, (values) => {
        const series = new BucketSeries();
        values.forEach((loss, i) => {
          series.add(i + 1, loss, 0.5);
        });
        const { loss, lossLow, lossHigh } = all(series);
        expect(loss.length).toBe(Math.ceil(values.length / series.width));
        expect(loss.length).toBeLessThanOrEqual(512);
        for (let i = 0; i < loss.length; i++) {
          const own = values.slice(i * series.width, (i + 1) * series.width);
          expect(loss[i]).toBeCloseTo(own.reduce((sum, value) => sum + value, 0) / own.length, 3);
          expect(lossLow[i]).toBeCloseTo(Math.min(...own), 3);
          expect(lossHigh[i]).toBeCloseTo(Math.max(...own), 3);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('can be put together from what is new each time', () => {
    const splits = array(integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 });
    assert(
      property(splits, (sizes) => {
        const series = new BucketSeries();
        let shown: CurveColumns | undefined;
        let version = -1;
        let step = 0;
        for (const size of sizes) {
          for (let i = 0; i < size; i++) series.add(++step, Math.sin(step), 0.25);
          const { from, columns } = series.since(version)!;
          version = series.version;
          const keys = Object.keys(columns) as (keyof CurveColumns)[];
          const entries = keys.map((key) => [key, [...(shown?.[key] ?? []).slice(0, from), ...columns[key]]]);
          shown = Object.fromEntries(entries) as CurveColumns;
          expect(shown).toEqual(all(series));
        }
        expect(series.since(version)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('tells one new step in a few bytes', () => {
    const series = new BucketSeries();
    for (let step = 1; step <= 100_000; step++) series.add(step, 1 / step, 0.5);
    const { version } = series;
    series.add(100_001, 1, 0.5);
    expect(series.since(version)!.columns.step).toHaveLength(1);
    expect(JSON.stringify(series.since(version)).length).toBeLessThan(250);
  });
});

it('is thinned to few points, of the same mean', () => {
  const series = new BucketSeries();
  for (let step = 1; step <= 400; step++) series.add(step, step % 2, 0.5);
  const thin = series.thinned(100);
  expect(thin.step).toHaveLength(100);
  expect(new Set(thin.loss)).toEqual(new Set([0.5]));
  expect(new BucketSeries().thinned(100).step).toEqual([]);
});

it('gives some of its steps, unless their file tells more of them', () => {
  const series = new BucketSeries();
  for (let step = 1; step <= 20_000; step++) series.add(step, step, 0.5);
  expect(series.width).toBe(64);
  expect(series.between(1, 20_000, 128)!.step).toHaveLength(105);
  expect(series.between(10_000, 10_100, 128)).toBeUndefined();
  expect(series.between(20_001, 30_000, 128)!.step).toEqual([]);
  const short = new BucketSeries();
  for (const step of [10, 20, 30, 40]) short.add(step, step, 0.5);
  expect(short.between(11, 39, 128)!.step).toEqual([20, 30]);
});

it('takes steps out of order', () => {
  const series = new BucketSeries();
  for (const step of [5, 1, 3, 3]) series.add(step, step, 0.5);
  expect(all(series).step).toEqual([1, 3, 5]);
});
