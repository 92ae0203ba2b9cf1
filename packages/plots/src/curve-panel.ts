import type { Axis, Mark, Scale } from 'vega';
import { type ColumnSeries, lastFinite } from './column-series.js';
import { decimate } from './decimate.js';
import { plainText } from './escape.js';
import { type LineRole, type LineStyle, lineStyle, splitIndex } from './line-style.js';
import type { Point } from './series.js';
import { smoothSeries } from './smooth-series.js';
import { measureText } from './text-metrics.js';
import { type Box, boxEncoding, pointEncoding, strokeEncoding, textMark } from './vega-marks.js';

/**
 * What a panel shows.
 *
 * @inline
 */
export type Metric = 'loss' | 'accuracy';
/**
 * The scale of an axis.
 *
 * @inline
 */
export type ScaleType = 'linear' | 'log';

/** The series of a run by their columns. */
export type ColumnRun = { readonly name: string } & Readonly<Record<Metric, readonly ColumnSeries[]>>;

/** What the panels of one picture share. */
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
/** More points than this would merge into a thick line. */
const MOST_POINT_MARKS = 60;

/**
 * The series with something to show, as their panel shows them: accuracies in per cent; on a log scale, values that are
 * not positive are gaps.
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
 * The panel of one metric: axes, grid and the lines of all runs inside `box`.
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
): Mark {
  const lines = drawn.flatMap((ofRun, index) =>
    ofRun.flatMap((series) => seriesLines(series, metric, scale, index, box.width, context)),
  );
  const [x, y] = [`${metric}-x`, `${metric}-y`];
  return {
    type: 'group',
    name: `panel-${metric}`,
    aria: false,
    encode: { update: boxEncoding(box) },
    scales: panelScales(x, y, metric, scale, lines, box, context),
    axes: panelAxes(x, y, valueFormat(scale, lines), box, context),
    data: lines.map((line) => ({ name: `${line.id}-data`, values: line.points.map(datum) })),
    marks: [
      ...lines.flatMap((line) => lineMarks(line, x, y)),
      textMark(`${metric}-title`, plainText(title), -PANEL_INSET.left, -20, { size: TITLE_FONT_SIZE }),
      textMark(`${metric}-step-title`, plainText(context.stepTitle), box.width / 2, box.height + 38, {
        size: TITLE_FONT_SIZE,
        align: 'center',
      }),
    ],
  };
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

function panelScales(
  x: string,
  y: string,
  metric: Metric,
  type: ScaleType,
  lines: readonly Line[],
  box: Box,
  { steps }: PanelContext,
): Scale[] {
  const domain = valueDomain(metric, type, lines);
  const values = { name: y, domain, range: [box.height, 0] };
  return [
    { name: x, type: 'linear', domain: [...steps], range: [0, box.width], nice: true, zero: false },
    type === 'log' ? { ...values, type } : { ...values, type, nice: true, zero: false },
  ];
}

function valueDomain(metric: Metric, type: ScaleType, lines: readonly Line[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { value } of lines.flatMap(({ points }) => points)) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (metric === 'accuracy') return [Math.min(0, low), high > 0 ? high : 100];
  if (low < high) return [low, high];
  const around = Math.max(Math.abs(low) / 2, 1e-3);
  return type === 'log' ? [low / 2, low * 2] : [low - around, low + around];
}

/** A number format whose labels fit left of the panel, or undefined for Vega's own choice. */
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

/** Width of the widest label of the step axis, in px. */
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

function datum({ step, value }: Point) {
  const shown = Number.isFinite(value);
  return { step, value: shown ? value : 0, shown, opacity: shown ? 1 : 0 };
}

function lineMarks(line: Line, x: string, y: string): Mark[] {
  const { id, style, points } = line;
  const from = { data: `${id}-data` };
  const position = { x: { scale: x, field: 'step' }, y: { scale: y, field: 'value' } };
  const stroke = { ...position, ...strokeEncoding(style), defined: { field: 'shown' } };
  const marks: Mark[] = [{ type: 'line', name: id, aria: false, from, encode: { update: stroke } }];
  if (style.shape !== undefined && points.length <= MOST_POINT_MARKS) {
    const update = { ...position, ...pointEncoding(style), opacity: { field: 'opacity' } };
    marks.push({ type: 'symbol', name: `${id}-points`, aria: false, from, encode: { update } });
  }
  return marks;
}
