/**
 * The scale of an axis.
 *
 * @inline
 */
export type ScaleType = 'linear' | 'log';

/** Range of values that an axis shows, and the farthest value beyond it at either end. */
export interface ShownRange {
  /** The lowest value that it shows. */
  readonly low: number;
  /** The highest value that it shows. */
  readonly high: number;
  /** The lowest value of all, where it lies below `low`. */
  readonly below: number | undefined;
  /** The highest value of all, where it lies above `high`. */
  readonly above: number | undefined;
}

/** The part of the values at either end that does not belong to their bulk. */
const TAIL = 0.05;
/** How far beyond the bulk a value may lie before it is cut off, in widths of the bulk. */
const REACH = 3;
/** The part of the whole range that has to be left for the cut to be worth it. */
const WORTH = 2 / 3;
/** Fewer values have no bulk. */
const FEWEST = 10;

/**
 * Finds the range that shows the bulk of some values, as Tukey's outer fences do: everything up to three widths of the
 * bulk beyond it, the bulk being all but a twentieth of the values at either end. So a few values that stick out cannot
 * squeeze all others, and nothing is cut off where the bulk fills a quarter of the range, nor where two thirds of the
 * range would still be shown. (Source: J. W. Tukey,
 * Exploratory Data Analysis, 1977, with other quantiles than quartiles, since most of a loss curve is its flat end.)
 *
 * @param values those that are not finite do not count.
 * @param scale distances on a `log` scale are those of the logarithms; the values must be positive there.
 * @returns undefined if there is no finite value.
 */
export function shownRange(values: Iterable<number>, scale: ScaleType = 'linear'): ShownRange | undefined {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length === 0) return undefined;
  const last = sorted.length - 1;
  const [first, end] = sorted.length < FEWEST ? [0, last] : withinFences(sorted, scale === 'log' ? Math.log : identity);
  return {
    low: sorted[first]!,
    high: sorted[end]!,
    below: first > 0 ? sorted[0] : undefined,
    above: end < last ? sorted[last] : undefined,
  };
}

const identity = (value: number) => value;

/** Indices of the first and the last value that are not too far from the bulk. */
function withinFences(sorted: Float64Array, position: (value: number) => number): [first: number, end: number] {
  const last = sorted.length - 1;
  const upper = Math.floor((1 - TAIL) * last);
  const [low, high] = [position(sorted[last - upper]!), position(sorted[upper]!)];
  const reach = REACH * (high - low);
  // If nearly all values are the same, the bulk has no width to measure others by.
  if (reach === 0) return [0, last];
  let [first, end] = [0, last];
  while (position(sorted[first]!) < low - reach) first++;
  while (position(sorted[end]!) > high + reach) end--;
  const width = (from: number, to: number) => position(sorted[to]!) - position(sorted[from]!);
  return width(first, end) > WORTH * width(0, last) ? [0, last] : [first, end];
}

/** Widens a range to round numbers, about ten to the range, where its ends are not; others stay. */
export function roundRange([low, high]: readonly [number, number]): [low: number, high: number] {
  const tenth = (high - low) / 10;
  const power = 10 ** Math.floor(Math.log10(tenth));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= tenth) ?? 10);
  const rounded: [number, number] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  return rounded.every(Number.isFinite) ? rounded : [low, high];
}

/** Says in words what lies beyond an axis; undefined if nothing does. */
export function cutNote({ below, above }: Pick<ShownRange, 'below' | 'above'>): string | undefined {
  const ends = [
    ...(below === undefined ? [] : [`down to ${below.toPrecision(3)}`]),
    ...(above === undefined ? [] : [`up to ${above.toPrecision(3)}`]),
  ];
  return ends.length === 0 ? undefined : `cut off: ${ends.join(', ')}`;
}
