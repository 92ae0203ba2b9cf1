import type { Point } from './series.js';

/**
 * Thins a curve to what a picture of `columns` pixel columns can show: in every column the lowest and the highest
 * value stay (in their order), so that spikes survive, and a column with a non-finite value keeps one as a gap.
 * Curves of at most two points per column are returned as they are.
 *
 * @param values the points' values; given, they take the place of their own.
 */
export function decimate(points: readonly Point[], columns: number, values?: ArrayLike<number>): readonly Point[] {
  const valueAt = values === undefined ? (i: number) => points[i]!.value : (i: number) => values[i]!;
  const pointAt =
    values === undefined ? (i: number) => points[i]! : (i: number) => ({ ...points[i]!, value: values[i]! });
  if (points.length <= 2 * columns) return values === undefined ? points : points.map((_, i) => pointAt(i));
  const first = points[0]!.step;
  const width = (points[points.length - 1]!.step - first) / columns;
  const kept: Point[] = [];
  let start = 0;
  while (start < points.length) {
    const column = Math.floor((points[start]!.step - first) / width);
    let end = start;
    let low: number | undefined;
    let high: number | undefined;
    let gap: number | undefined;
    while (end < points.length && (end === start || Math.floor((points[end]!.step - first) / width) === column)) {
      const value = valueAt(end);
      if (!Number.isFinite(value)) gap = end;
      else {
        if (low === undefined || value < valueAt(low)) low = end;
        if (high === undefined || value > valueAt(high)) high = end;
      }
      end++;
    }
    const indices = [low, high, gap].filter((index) => index !== undefined);
    for (const index of [...new Set(indices)].sort((a, b) => a - b)) kept.push(pointAt(index));
    start = end;
  }
  return kept;
}
