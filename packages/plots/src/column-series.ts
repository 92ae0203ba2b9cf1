import { PlotError } from './errors.js';
import type { Point, Series } from './series.js';

/** A series by its columns, of one length: two arrays of numbers hold a million points where objects would not fit. */
export interface ColumnSeries {
  readonly name: string;
  readonly steps: readonly number[];
  /** A value that is not finite is a gap in the curve. */
  readonly values: ArrayLike<number>;
}

/** Series whose points nobody has asked for yet. */
const unread = /* @__PURE__ */ new WeakMap<Series, ColumnSeries>();

/**
 * Returns a series that makes objects of its points when they are first asked for, and from then on is what these are.
 */
export function seriesFromColumns(columns: ColumnSeries): Series {
  const settle = (points: readonly Point[]) => {
    unread.delete(series);
    Object.defineProperty(series, 'points', { value: points, enumerable: true, configurable: true, writable: true });
    return points;
  };
  const series = {
    name: columns.name,
    get points() {
      return settle(columns.steps.map((step, i) => ({ step, value: columns.values[i]! })));
    },
    set points(points) {
      settle(points);
    },
  };
  unread.set(series, columns);
  return series;
}

/** Returns the columns of a series, without making its points where it has none yet. */
export function columnsOf(series: Series): ColumnSeries {
  const { name } = series;
  const columns = unread.get(series);
  if (columns !== undefined) return { ...columns, name };
  const { points } = series;
  return { name, steps: Array.from(points, ({ step }) => step), values: Array.from(points, ({ value }) => value) };
}

/** Throws a PlotError when steps are not finite or go backwards, or a value is not a number. */
export function validateSeries({ steps, values }: ColumnSeries, where: string): void {
  let previous = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    const value = values[i];
    if (typeof step !== 'number' || !Number.isFinite(step)) {
      throw new PlotError(`${where} has a point at step ${String(step)}: steps must be finite numbers`);
    }
    if (step < previous) {
      throw new PlotError(`${where} goes from step ${previous} back to ${step}: sort its points by step`);
    }
    if (typeof value !== 'number') {
      throw new PlotError(
        `${where} has the value ${String(value)} at step ${step}: values must be numbers (NaN is a gap)`,
      );
    }
    previous = step;
  }
}

/** Returns the index of the last value that can be drawn; -1 if there is none. */
export function lastFinite({ values }: Pick<ColumnSeries, 'values'>): number {
  let i = values.length - 1;
  while (i >= 0 && !Number.isFinite(values[i])) i--;
  return i;
}
