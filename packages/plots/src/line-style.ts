import { SERIES_COLOURS } from './palette.js';

/** Kind of a line: every value of a noisy series, that series smoothed, or a series as it is. */
export type LineRole = 'raw' | 'smoothed' | 'plain';

/** The look of a line; lengths in px. `shape` is that of its points, if it has any. */
export interface LineStyle {
  readonly colour: string;
  readonly opacity: number;
  readonly width: number;
  readonly dash: readonly number[];
  readonly shape: string | undefined;
}

type SplitStyle = Pick<LineStyle, 'dash' | 'shape'>;

const SPLIT_STYLES: Readonly<Record<string, SplitStyle>> = {
  train: { dash: [], shape: undefined },
  test: { dash: [7, 3], shape: 'circle' },
  validation: { dash: [2, 3.5], shape: 'diamond' },
};
const FURTHER_STYLES: readonly SplitStyle[] = [
  { dash: [9, 3, 2, 3], shape: 'square' },
  { dash: [4, 2], shape: 'triangle-up' },
  { dash: [12, 4], shape: 'cross' },
];
const KNOWN_SPLITS = Object.keys(SPLIT_STYLES);

const ROLE_STYLES: Readonly<Record<LineRole, Pick<LineStyle, 'width' | 'opacity'>>> = {
  raw: { width: 1, opacity: 0.3 },
  smoothed: { width: 2.4, opacity: 1 },
  plain: { width: 1.8, opacity: 1 },
};
const CYCLE_OPACITY = [1, 0.55, 0.35];

/**
 * Returns the position of a split in an order in which train, test and validation keep theirs, whichever are there.
 *
 * @param splits all splits of the chart
 */
export function splitIndex(split: string, splits: readonly string[]): number {
  const known = KNOWN_SPLITS.indexOf(split);
  if (known >= 0) return known;
  return KNOWN_SPLITS.length + splits.filter((name) => !KNOWN_SPLITS.includes(name)).indexOf(split);
}

/** Returns the dash and points, which identify the split in every chart, so that colour is never the only cue. */
export function splitStyle(split: string, splits: readonly string[]): SplitStyle {
  const index = splitIndex(split, splits);
  if (index < KNOWN_SPLITS.length) return SPLIT_STYLES[split]!;
  return FURTHER_STYLES[(index - KNOWN_SPLITS.length) % FURTHER_STYLES.length]!;
}

/** Returns the width and opacity of a role. */
export function roleStyle(role: LineRole): Pick<LineStyle, 'width' | 'opacity'> {
  return ROLE_STYLES[role];
}

/** Returns the colour at `index`; once all are used, lighter tints of them follow. */
export function colourStyle(index: number): Pick<LineStyle, 'colour' | 'opacity'> {
  const cycle = Math.floor(index / SERIES_COLOURS.length);
  return {
    colour: SERIES_COLOURS[index % SERIES_COLOURS.length]!,
    opacity: CYCLE_OPACITY[cycle % CYCLE_OPACITY.length]!,
  };
}

/** Returns the whole look of one line. */
export function lineStyle(role: LineRole, split: string, splits: readonly string[], colourIndex: number): LineStyle {
  const { colour, opacity } = colourStyle(colourIndex);
  const { width, opacity: roleOpacity } = roleStyle(role);
  return { ...splitStyle(split, splits), colour, width, opacity: opacity * roleOpacity };
}
