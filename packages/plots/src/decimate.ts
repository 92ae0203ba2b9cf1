import type { Point } from './series.js';

/**
 * Thins a curve to what a picture of `columns` pixel columns can show: in every column the lowest and the highest
 * value stay (in their order), so that spikes survive, and a column with a non-finite value keeps one as a gap.
 * Curves of at most two points per column are returned as they are.
 */
export function decimate(points: readonly Point[], columns: number): readonly Point[] {
  if (points.length <= 2 * columns) return points;
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
      const { value } = points[end]!;
      if (!Number.isFinite(value)) gap = end;
      else {
        if (low === undefined || value < points[low]!.value) low = end;
        if (high === undefined || value > points[high]!.value) high = end;
      }
      end++;
    }
    const indices = [low, high, gap].filter((index) => index !== undefined);
    for (const index of [...new Set(indices)].sort((a, b) => a - b)) kept.push(points[index]!);
    start = end;
  }
  return kept;
}
