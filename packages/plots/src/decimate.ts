import type { ColumnSeries } from './column-series.js';
import type { Point } from './series.js';

/**
 * Thins a curve to what a picture of `columns` pixel columns can show: in every column the lowest and the highest
 * value stay (in their order), so that spikes survive, and a column with a non-finite value keeps one as a gap.
 * Curves of at most two points per column keep all.
 */
export function decimate(series: Omit<ColumnSeries, 'name'>, columns: number): Point[] {
  const { steps, values } = series;
  const pointAt = (i: number): Point => ({ step: steps[i]!, value: values[i]! });
  if (steps.length <= 2 * columns) return steps.map((_, i) => pointAt(i));
  const first = steps[0]!;
  const width = (steps[steps.length - 1]! - first) / columns;
  const kept: Point[] = [];
  let start = 0;
  while (start < steps.length) {
    const column = Math.floor((steps[start]! - first) / width);
    let end = start + 1;
    while (end < steps.length && Math.floor((steps[end]! - first) / width) === column) end++;
    for (const i of extremes(values, start, end)) kept.push(pointAt(i));
    start = end;
  }
  return kept;
}

/**
 * Returns the indices of the lowest and the highest of the values start … end - 1, and of the last gap, in their order.
 */
function extremes(values: ArrayLike<number>, start: number, end: number): number[] {
  let low = -1;
  let high = -1;
  let gap = -1;
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) gap = i;
    else {
      if (low < 0 || value < values[low]!) low = i;
      if (high < 0 || value > values[high]!) high = i;
    }
  }
  return [...new Set([low, high, gap])].filter((i) => i >= 0).sort((a, b) => a - b);
}
