import type { Axis, Mark, Scale } from 'vega';
import { type ClippedPoint, clipPoints } from './clip-points.js';
import { type ColumnSeries, lastFinite } from './column-series.js';
import { decimate } from './decimate.js';
import { plainText } from './escape.js';
import { type LineRole, type LineStyle, lineStyle, splitIndex } from './line-style.js';
import { MUTED_INK } from './palette.js';
import type { Point } from './series.js';
import { cutNote, roundRange, type ScaleType, type ShownRange, shownRange } from './shown-range.js';
import { smoothSeries } from './smooth-series.js';
import { fitText, measureText } from './text-metrics.js';
import { type Box, boxEncoding, pointEncoding, strokeEncoding, textMark } from './vega-marks.js';

/**
 * The quantity that a panel shows.
 *
 * @inline
 */
export type Metric = 'loss' | 'accuracy';
/** The series of a run by their columns. */
export type ColumnRun = { readonly name: string } & Readonly<Record<Metric, readonly ColumnSeries[]>>;

/** Settings that the panels of one picture share. */
export interface PanelContext {
  readonly runs: readonly ColumnRun[];
  /** Names of all series, in the order of the legend. */
  readonly splits: readonly string[];
  readonly steps: readonly [low: number, high: number];
  /** Whether all steps are integers, so that no tick falls between two. */
  readonly wholeSteps: boolean;
  readonly raw: boolean;
  /** Window in points, or undefined for the default. */
  readonly smoothing: number | undefined;
  readonly stepTitle: string;
}

/** A panel, and in words what of its values lies beyond its axis. */
export interface CurvePanel {
  readonly mark: Mark;
  readonly cut: string | undefined;
}

/** One curve, ready to draw. */
interface Line {
  readonly id: string;
  readonly points: readonly Point[];
  readonly style: LineStyle;
}

/** Room for a panel's tick labels and titles, in px: at its left, below and above. */
export const PANEL_INSET = { left: 52, bottom: 52, top: 32 } as const;

const TICK_FONT_SIZE = 12;
const TITLE_FONT_SIZE = 13;
const NOTE_FONT_SIZE = 11;
/** More points than this would merge into a thick line. */
const MOST_POINT_MARKS = 60;
/** Points beyond the axis that are closer than this share a triangle, in px. */
const CUT_MARK_WIDTH = 10;

/**
 * Returns the series with something to show, as their panel shows them: accuracies in per cent; on a log scale, values
 * that are not positive are gaps.
 */
export function drawable(run: ColumnRun, metric: Metric, scale: ScaleType): ColumnSeries[] {
  return run[metric]
    .map((series) => ({ ...series, values: shownValues(series.values, metric, scale) }))
    .filter((series) => lastFinite(series) >= 0);
}

function shownValues(values: ArrayLike<number>, metric: Metric, scale: ScaleType): Float64Array {
  const shown = new Float64Array(values.length);
  const factor = metric === 'accuracy' ? 100 : 1;
  for (let i = 0; i < shown.length; i++) {
    const value = values[i]!;
    shown[i] = scale === 'log' && value <= 0 ? Number.NaN : factor * value;
  }
  return shown;
}

/**
 * Returns the panel of one metric: axes, grid and the lines of all runs inside `box`.
 *
 * @param drawn the `drawable` series of each run
 */
export function curvePanel(
  metric: Metric,
  drawn: readonly (readonly ColumnSeries[])[],
  title: string,
  scale: ScaleType,
  box: Box,
  context: PanelContext,
): CurvePanel {
  const lines = drawn.flatMap((ofRun, index) =>
    ofRun.flatMap((series) => seriesLines(series, metric, scale, index, box.width, context)),
  );
  const [x, y] = [`${metric}-x`, `${metric}-y`];
  const axis = valueAxis(metric, scale, lines);
  const cut = cutNote(axis);
  const note = fitText(cut ?? '', box.width, NOTE_FONT_SIZE);
  const mark: Mark = {
    type: 'group',
    name: `panel-${metric}`,
    aria: false,
    encode: { update: boxEncoding(box) },
    scales: panelScales(x, y, scale, axis, box, context),
    axes: panelAxes(x, y, valueFormat(scale, lines), box, context),
    data: lines.flatMap((line) => lineData(line, axis, scale, box, context)),
    marks: [
      ...lines.flatMap((line) => lineMarks(line, axis, x, y, box)),
      textMark(`${metric}-title`, plainText(title), -PANEL_INSET.left, -20, { size: TITLE_FONT_SIZE }),
      ...(cut === undefined ? [] : [textMark(`${metric}-cut`, note, 0, -6, { size: NOTE_FONT_SIZE, fill: MUTED_INK })]),
      textMark(`${metric}-step-title`, plainText(context.stepTitle), box.width / 2, box.height + 38, {
        size: TITLE_FONT_SIZE,
        align: 'center',
      }),
    ],
  };
  return { mark, cut };
}

function seriesLines(
  series: ColumnSeries,
  metric: Metric,
  scale: ScaleType,
  run: number,
  columns: number,
  context: PanelContext,
): Line[] {
  const { name } = series;
  const { runs, splits, raw, smoothing } = context;
  const colour = runs.length === 1 ? splitIndex(name, splits) : run;
  const id = `${metric}-run${run}-split${splits.indexOf(name)}`;
  const line = (suffix: string, shown: ColumnSeries, role: LineRole): Line => {
    return { id: `${id}${suffix}`, points: decimate(shown, columns), style: lineStyle(role, name, splits, colour) };
  };
  if (name !== 'train') return [line('', series, 'plain')];
  const smoothed = line('-smoothed', smoothSeries(series, smoothing, scale), 'smoothed');
  return raw ? [line('-raw', series, 'raw'), smoothed] : [smoothed];
}

/** The axis of a panel's values. */
interface ValueAxis extends Omit<ShownRange, 'low' | 'high'> {
  readonly domain: readonly [low: number, high: number];
  /** Whether something lies beyond the domain. */
  readonly isCut: boolean;
}

function panelScales(
  x: string,
  y: string,
  type: ScaleType,
  { domain, isCut }: ValueAxis,
  box: Box,
  { steps }: PanelContext,
): Scale[] {
  const values = { name: y, domain: [...domain], range: [box.height, 0] };
  return [
    { name: x, type: 'linear', domain: [...steps], range: [0, box.width], nice: true, zero: false },
    type === 'log' ? { ...values, type } : { ...values, type, nice: !isCut, zero: false },
  ];
}

function valueAxis(metric: Metric, type: ScaleType, lines: readonly Line[]): ValueAxis {
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const shown = shownRange(values, type)!;
  const low = shown.below ?? shown.low;
  const high = shown.above ?? shown.high;
  const whole = { below: undefined, above: undefined, isCut: false };
  // An accuracy has its whole range, whatever it is.
  if (metric === 'accuracy') return { domain: [Math.min(0, low), high > 0 ? high : 100], ...whole };
  if (low === high) {
    const around = Math.max(Math.abs(low) / 2, 1e-3);
    return { domain: type === 'log' ? [low / 2, low * 2] : [low - around, low + around], ...whole };
  }
  const domain: [number, number] = [shown.low, shown.high];
  if (low === shown.low && high === shown.high) return { domain, ...whole };
  const [bottom, top] = type === 'log' ? domain : roundRange(domain);
  const [below, above] = [low < bottom ? low : undefined, high > top ? high : undefined];
  return { domain: [bottom, top], below, above, isCut: true };
}

/** Returns a number format whose labels fit left of the panel, or undefined for Vega's own choice. */
function valueFormat(type: ScaleType, lines: readonly Line[]): string | undefined {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const { value } of lines.flatMap(({ points }) => points)) {
    if (!Number.isFinite(value)) continue;
    smallest = Math.min(smallest, Math.abs(value));
    largest = Math.max(largest, Math.abs(value));
  }
  if (type === 'log') return smallest < 1e-3 || largest >= 1e5 ? '~e' : '~g';
  if (largest >= 1e5) return '~s';
  return largest < 1e-3 ? '.1e' : undefined;
}

/** Returns the width of the widest label of the step axis, in px. */
export function stepLabelWidth([, high]: PanelContext['steps']): number {
  return measureText(Math.round(high).toLocaleString('en'), TICK_FONT_SIZE);
}

function panelAxes(
  x: string,
  y: string,
  format: string | undefined,
  box: Box,
  { steps, wholeSteps }: PanelContext,
): Axis[] {
  const stepAxis: Axis = {
    scale: x,
    orient: 'bottom',
    format: ',~r',
    tickCount: Math.max(2, Math.floor(box.width / (stepLabelWidth(steps) + 24))),
    ...(wholeSteps && { tickMinStep: 1 }),
    zindex: 1,
  };
  const valueAxis: Axis = {
    scale: y,
    orient: 'left',
    grid: true,
    gridScale: x,
    domain: false,
    ticks: false,
    tickCount: Math.max(2, Math.floor(box.height / 45)),
    ...(format !== undefined && { format }),
  };
  return [stepAxis, valueAxis];
}

/** Returns the data of a line: as it is drawn, and where it is marked as cut off. */
function lineData({ id, points }: Line, axis: ValueAxis, scale: ScaleType, box: Box, { steps }: PanelContext) {
  // resvg breaks off at an invisible symbol outside the picture: gaps have a place in the panel.
  const datum = (point: Point | ClippedPoint) => datumAt(point, axis.domain[0]);
  if (!axis.isCut) return [{ name: `${id}-data`, values: points.map(datum) }];
  const clipped = clipPoints(points, axis.domain, scale);
  const columns = Math.max(1, Math.floor(box.width / CUT_MARK_WIDTH));
  return [
    { name: `${id}-data`, values: clipped.map(datum) },
    { name: `${id}-above-data`, values: cutSteps(points, (value) => value > axis.domain[1], steps, columns) },
    { name: `${id}-below-data`, values: cutSteps(points, (value) => value < axis.domain[0], steps, columns) },
  ];
}

/** Returns the steps of the points that are cut off, one of those in the same column of the panel. */
function cutSteps(
  points: readonly Point[],
  isCut: (value: number) => boolean,
  [low, high]: PanelContext['steps'],
  columns: number,
): { step: number }[] {
  const byColumn = new Map<number, number>();
  for (const { step, value } of points) {
    const column = Math.floor((columns * (step - low)) / (high - low));
    if (isCut(value) && !byColumn.has(column)) byColumn.set(column, step);
  }
  return [...byColumn.values()].map((step) => ({ step }));
}

function datumAt(point: Point | ClippedPoint, place: number) {
  const { step, value } = point;
  const shown = Number.isFinite(value);
  const isCrossing = 'isCrossing' in point && point.isCrossing;
  return { step, value: shown ? value : place, shown, opacity: shown && !isCrossing ? 1 : 0 };
}

function lineMarks(line: Line, { isCut }: ValueAxis, x: string, y: string, box: Box): Mark[] {
  const { id, style, points } = line;
  const from = { data: `${id}-data` };
  const position = { x: { scale: x, field: 'step' }, y: { scale: y, field: 'value' } };
  const stroke = { ...position, ...strokeEncoding(style), defined: { field: 'shown' } };
  const marks: Mark[] = [{ type: 'line', name: id, aria: false, from, encode: { update: stroke } }];
  if (style.shape !== undefined && points.length <= MOST_POINT_MARKS) {
    const update = { ...position, ...pointEncoding(style), opacity: { field: 'opacity' } };
    marks.push({ type: 'symbol', name: `${id}-points`, aria: false, from, encode: { update } });
  }
  if (!isCut) return marks;
  const triangles = (end: 'above' | 'below', shape: string, y: number): Mark => {
    const update = { x: position.x, y: { value: y }, ...pointEncoding({ ...style, shape }) };
    return {
      type: 'symbol',
      name: `${id}-${end}`,
      aria: false,
      from: { data: `${id}-${end}-data` },
      encode: { update },
    };
  };
  return [...marks, triangles('above', 'triangle-up', 0), triangles('below', 'triangle-down', box.height)];
}
