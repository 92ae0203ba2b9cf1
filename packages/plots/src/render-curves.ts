import { chartHeading, MARGIN } from './chart-heading.js';
import { columnsOf, lastFinite, validateSeries } from './column-series.js';
import { CurveLegend } from './curve-legend.js';
import {
  type ColumnRun,
  curvePanel,
  drawable,
  type Metric,
  PANEL_INSET,
  type PanelContext,
  stepLabelWidth,
} from './curve-panel.js';
import { PlotError, requireChoice, requireRange } from './errors.js';
import { renderVega } from './render-vega.js';
import type { Run } from './series.js';
import type { ScaleType } from './shown-range.js';
import type { Box } from './vega-marks.js';

/** Options of {@link renderCurves}. */
export interface CurvesOptions {
  /** Heading. Default: the run's name, or "Comparison of N runs". */
  title?: string;
  /** A line under the heading. Default: none. */
  subtitle?: string;
  /** Width in CSS pixels, 320 to 10,000. Default: 1000 in a row, 640 in a column. */
  width?: number;
  /** Height in CSS pixels, 240 to 10,000. Default: what panels of the usual height need under heading and legend. */
  height?: number;
  /** Loss and accuracy side by side (`row`, default) or one above the other (`column`). */
  layout?: 'row' | 'column';
  /**
   * Window of the smoothed training curve, in points (see `smooth`); 1 turns smoothing off. Default: a tenth of the
   * curve's points, at least 5.
   */
  smoothing?: number;
  /** Draws every training value faintly behind the smoothed curve. Default: with a single run only. */
  raw?: boolean;
  /** Default `linear`; on a `log` scale losses that are not positive are gaps, and logarithms are smoothed. */
  lossScale?: ScaleType;
  /** Axis titles. Default: `step`, `loss (cross-entropy, nats)`, `accuracy (%)`. */
  axisTitles?: Partial<Record<'step' | Metric, string>>;
  /** Text that assistive technology reads out. Default: the runs with their last values. */
  description?: string;
  /** Any CSS colour, or `none`. Default: white. */
  background?: string;
}

const AXIS_TITLES = { step: 'step', loss: 'loss (cross-entropy, nats)', accuracy: 'accuracy (%)' };
const PANEL_HEIGHT = 270;
const METRICS: readonly Metric[] = ['loss', 'accuracy'];

/**
 * Draws loss and accuracy against the step, as two panels of one picture; a metric without data has no panel.
 *
 * With one run, each split has a colour: training is drawn raw (faint) and smoothed (bold), the other splits with
 * a point per evaluation. With several runs, each run has a colour and each split a dash; after six runs the colours
 * come again in lighter tints. Non-finite values are gaps. The axis of the loss shows the bulk of the values: the few
 * that lie far from it are cut off, with a triangle at the edge and a note of how far they go.
 *
 * @param runs one run, or the runs to compare
 * @returns an SVG document; the same input always gives the same bytes
 * @throws PlotError when there is no run or no finite value, or when a series or an option is out of its range
 */
export async function renderCurves(runs: Run | readonly Run[], options: CurvesOptions = {}): Promise<string> {
  const compared = ('loss' in runs ? [runs] : runs).map(columnRun);
  const { layout = 'row', lossScale = 'linear', raw = compared.length === 1, smoothing } = options;
  requireChoice('layout', layout, ['row', 'column']);
  requireChoice('lossScale', lossScale, ['linear', 'log']);
  const width = options.width ?? (layout === 'row' ? 1000 : 640);
  requireRange('width', width, 320, 10_000);
  if (smoothing !== undefined) requireRange('smoothing', smoothing, 1);
  validateRuns(compared);

  const scale = { loss: lossScale, accuracy: 'linear' } as const;
  const drawn = METRICS.map((metric) => ({
    metric,
    series: compared.map((run) => drawable(run, metric, scale[metric])),
  }));
  const panelsOf = drawn.filter(({ series }) => series.some((ofRun) => ofRun.length > 0));
  const metrics = panelsOf.map(({ metric }) => metric);
  if (metrics.length === 0) throw new PlotError('The runs hold no finite loss or accuracy to draw: give at least one');
  const splits = [
    ...new Set(compared.flatMap((run) => METRICS.flatMap((metric) => run[metric].map(({ name }) => name)))),
  ];
  const title = options.title ?? (compared.length === 1 ? compared[0]!.name : `Comparison of ${compared.length} runs`);
  const heading = chartHeading(title, options.subtitle ?? '', width);
  const legend = new CurveLegend(compared, splits, raw, width);
  const top = heading.bottom + legend.height;
  const rows = layout === 'row' ? 1 : metrics.length;
  const height = options.height ?? top + rows * (PANEL_INSET.top + PANEL_HEIGHT + PANEL_INSET.bottom);
  requireRange('height', height, 240, 10_000);

  const { steps, wholeSteps } = stepAxis(compared);
  const right = Math.max(MARGIN, Math.ceil(stepLabelWidth(steps) / 2) + 8);
  const boxes = panelBoxes(metrics.length, rows, right, { x: 0, y: top, width, height: height - top });
  const axisTitles = { ...AXIS_TITLES, ...options.axisTitles };
  const context: PanelContext = {
    runs: compared,
    splits,
    steps,
    wholeSteps,
    raw,
    smoothing,
    stepTitle: axisTitles.step,
  };
  const panels = panelsOf.map(({ metric, series }, i) =>
    curvePanel(metric, series, axisTitles[metric], scale[metric], boxes[i]!, context),
  );

  const cut = panels.flatMap(({ cut }, i) => (cut === undefined ? [] : [`The ${metrics[i]} axis is ${cut}.`]));
  const description = options.description ?? [describe(compared, metrics), ...cut].join(' ');
  const head = { width, height, title: title || 'Training curves', description, background: options.background };
  return renderVega(head, {
    marks: [...heading.marks, ...legend.marks(heading.bottom), ...panels.map(({ mark }) => mark)],
  });
}

function columnRun({ name, loss, accuracy }: Run): ColumnRun {
  return { name, loss: loss.map(columnsOf), accuracy: accuracy.map(columnsOf) };
}

function validateRuns(runs: readonly ColumnRun[]): void {
  if (runs.length === 0) throw new PlotError('There is no run to draw: give at least one');
  for (const run of runs) {
    for (const metric of METRICS) {
      for (const series of run[metric])
        validateSeries(series, `Series "${series.name}" (${metric}) of run "${run.name}"`);
    }
  }
}

/** Returns the span of all steps, from 0 if they start close to it. */
function stepAxis(runs: readonly ColumnRun[]): Pick<PanelContext, 'steps' | 'wholeSteps'> {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let wholeSteps = true;
  for (const { steps } of runs.flatMap((run) => METRICS.flatMap((metric) => run[metric]))) {
    for (const step of steps) {
      if (step < low) low = step;
      if (step > high) high = step;
      wholeSteps &&= Number.isInteger(step);
    }
  }
  if (low >= 0 && low <= 0.2 * high) low = 0;
  return { steps: low < high ? [low, high] : [low - 1, high + 1], wholeSteps };
}

function panelBoxes(count: number, rows: number, right: number, area: Box): Box[] {
  const columns = Math.ceil(count / rows);
  const width = area.width / columns;
  const height = area.height / rows;
  const box = {
    width: Math.round(width - MARGIN - PANEL_INSET.left - right),
    height: Math.round(height - PANEL_INSET.top - PANEL_INSET.bottom),
  };
  if (box.width < 60 || box.height < 60) {
    const size = `${box.width} x ${box.height}`;
    throw new PlotError(`Each panel would have ${size} pixels, too few to read: give a larger width or height`);
  }
  return Array.from({ length: count }, (_, index) => ({
    x: Math.round(area.x + (index % columns) * width + MARGIN + PANEL_INSET.left),
    y: Math.round(area.y + Math.floor(index / columns) * height + PANEL_INSET.top),
    ...box,
  }));
}

/** Returns a sentence per run with its last finite values. */
function describe(runs: readonly ColumnRun[], metrics: readonly Metric[]): string {
  const sentences = runs.map((run) => {
    const values = metrics.flatMap((metric) =>
      run[metric].flatMap(({ name, steps, values }) => {
        const last = lastFinite({ values });
        if (last < 0) return [];
        const value = values[last]!;
        const shown = metric === 'accuracy' ? `${(100 * value).toFixed(2)} %` : value.toPrecision(4);
        return [`${name} ${metric} ${shown} at step ${steps[last]}`];
      }),
    );
    return `${run.name === '' ? 'Run' : run.name}: ${values.join(', ')}.`;
  });
  return `${metrics.join(' and ')} against the training step. ${sentences.join(' ')}`;
}
