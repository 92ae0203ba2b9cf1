import { describe, expect, it } from 'vitest';
import { columnsOf, seriesFromColumns } from './column-series.js';

const columns = { name: 'train', steps: [1, 2], values: [3, Number.NaN] };
const points = [
  { step: 1, value: 3 },
  { step: 2, value: Number.NaN },
];

describe('seriesFromColumns', () => {
  it('looks like any series', () => {
    const series = seriesFromColumns(columns);
    expect(Object.keys(series)).toEqual(['name', 'points']);
    expect({ ...series }).toEqual({ name: 'train', points });
    expect(structuredClone(series)).toEqual({ name: 'train', points });
    expect(series.points).toBe(series.points);
  });

  it('gives its columns back', () => {
    expect(columnsOf(seriesFromColumns(columns))).toEqual(columns);
  });

  it('is what its points have become', () => {
    const added = seriesFromColumns(columns);
    (added.points as object[]).push({ step: 3, value: 1 });
    expect(columnsOf(added)).toEqual({ name: 'train', steps: [1, 2, 3], values: [3, Number.NaN, 1] });

    const replaced = Object.assign(seriesFromColumns(columns), { name: 'test', points: [{ step: 9, value: 8 }] });
    expect(replaced.points).toEqual([{ step: 9, value: 8 }]);
    expect(columnsOf(replaced)).toEqual({ name: 'test', steps: [9], values: [8] });
  });
});

describe('columnsOf', () => {
  it('takes the points of a series', () => {
    expect(columnsOf({ name: 'train', points })).toEqual(columns);
  });
});
