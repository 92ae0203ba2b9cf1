import { shownRange } from '@cifarlab/plots';

/** Range of an axis, with the extreme values that lie outside it. */
export interface AxisRange {
  low: number;
  high: number;
  below: number | undefined;
  above: number | undefined;
}

/** Room around the curves, as a part of the range. */
const MARGIN = 0.05;

/**
 * Returns the range of an axis: of the bulk of the values, or of all.
 *
 * @returns undefined where there is no value.
 */
export function axisRange(
  values: readonly number[],
  { isLog, showsAll, most = Number.POSITIVE_INFINITY }: { isLog: boolean; showsAll: boolean; most?: number },
): AxisRange | undefined {
  const usable = isLog ? values.filter((value) => value > 0) : values;
  const bulk = shownRange(usable, isLog ? 'log' : 'linear');
  if (bulk === undefined) return undefined;
  const { below, above } = showsAll ? { below: undefined, above: undefined } : bulk;
  const low = showsAll ? (bulk.below ?? bulk.low) : bulk.low;
  const high = showsAll ? (bulk.above ?? bulk.high) : bulk.high;
  if (isLog) {
    const room = high === low ? 1.1 : (high / low) ** MARGIN;
    return { low: low / room, high: high * room, below, above };
  }
  const room = high === low ? Math.abs(high) / 10 || 0.1 : MARGIN * (high - low);
  return {
    low: Math.max(low >= 0 ? 0 : Number.NEGATIVE_INFINITY, low - room),
    high: Math.min(most, high + room),
    below,
    above,
  };
}
