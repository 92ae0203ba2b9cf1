import type { Point } from './series.js';
import type { ScaleType } from './shown-range.js';

/** A point of a line that is cut off at the ends of its axis. */
export interface ClippedPoint extends Point {
  /** Whether the line crosses an end of the axis here, between two points. */
  readonly isCrossing: boolean;
}

/**
 * Cuts a line off where it leaves the range of its axis: points beyond become gaps, and the line goes on to where it
 * crosses the end.
 */
export function clipPoints(
  points: readonly Point[],
  [low, high]: readonly [number, number],
  scale: ScaleType = 'linear',
): ClippedPoint[] {
  const clipped: ClippedPoint[] = [];
  let previous: Point | undefined;
  for (const point of points) {
    if (previous !== undefined) clipped.push(...crossings(previous, point, low, high, scale));
    const { step, value } = point;
    clipped.push({ step, value: value < low || value > high ? Number.NaN : value, isCrossing: false });
    previous = point;
  }
  return clipped;
}

/** Returns where the line between two points crosses the ends of the axis, in the order of the line. */
function crossings(from: Point, to: Point, low: number, high: number, scale: ScaleType): ClippedPoint[] {
  const at = scale === 'log' ? Math.log : (value: number) => value;
  const ends = from.value < to.value ? [low, high] : [high, low];
  return ends
    .filter((end) => (from.value < end && end < to.value) || (to.value < end && end < from.value))
    .map((end) => {
      const part = (at(end) - at(from.value)) / (at(to.value) - at(from.value));
      return { step: from.step + part * (to.step - from.step), value: end, isCrossing: true };
    });
}
