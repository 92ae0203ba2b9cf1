import type { Mark } from 'vega';
import { chartHeading, MARGIN } from './chart-heading.js';
import { type ComparisonEntry, type ComparisonRow, comparisonRows } from './comparison-rows.js';
import { PlotError, requireRange } from './errors.js';
import { plainText } from './escape.js';
import { largest } from './largest.js';
import { GRID, INK, SERIES_COLOURS } from './palette.js';
import { renderVega } from './render-vega.js';
import { fitText, measureText } from './text-metrics.js';
import { type Box, boxEncoding, textMark } from './vega-marks.js';

/** Options of {@link renderComparison}. */
export interface ComparisonOptions {
  /** Heading. Default: "Comparison". */
  title?: string;
  /** A line under the heading. Default: what points and bars mean. */
  subtitle?: string;
  /** Width in CSS pixels, 320 to 10,000. Default: 860. */
  width?: number;
  /** Title of the axis. Default: `accuracy (%)`. */
  axisTitle?: string;
  /** Text that assistive technology reads out. Default: each entry with its numbers. */
  description?: string;
  /** Any CSS colour, or `none`. Default: white. */
  background?: string;
}

const ROW = 26;
const AXIS_ROOM = 52;
const GAP = 12;
const FONT_SIZE = 12;
const CAP = 4;
/** Part of the width that names may take. */
const NAME_PART = 0.5;
const MEANING = 'Large points: means; bars: ± one sample standard deviation; small points: single values.';

/**
 * Draws accuracies of several things that were each measured once or more: a row for each, the highest mean first, with
 * a point at the mean, a bar of one standard deviation (of the sample, over n - 1) to both sides, a small point for
 * each value, and the numbers at the right.
 *
 * @returns an SVG document; the same input always gives the same bytes
 * @throws PlotError when there is no entry, an entry holds no value or one outside 0 to 1, or the width is out of range
 */
export async function renderComparison(
  entries: readonly ComparisonEntry[],
  options: ComparisonOptions = {},
): Promise<string> {
  const { width = 860, title = 'Comparison', axisTitle = 'accuracy (%)' } = options;
  requireRange('width', width, 320, 10_000);
  const rows = comparisonRows(entries);
  const names = rows.map(({ name, marked }) => fitText(plainText(name), NAME_PART * width, FONT_SIZE, marked));
  const nameWidth = Math.ceil(largest(names.map((name, row) => measureText(name, FONT_SIZE, rows[row]!.marked))));
  const numbers = rows.map(numbersText);
  const numbersWidth = Math.ceil(largest(numbers.map((text, row) => measureText(text, FONT_SIZE, rows[row]!.marked))));
  const heading = chartHeading(title, options.subtitle ?? MEANING, width);
  const box = {
    x: MARGIN + nameWidth + GAP,
    y: heading.bottom + 8,
    width: width - 2 * MARGIN - nameWidth - numbersWidth - 2 * GAP,
    height: rows.length * ROW,
  };
  if (box.width < 80) {
    throw new PlotError(
      `The panel would have ${box.width} pixels, too few to read: give a larger width or shorter names`,
    );
  }
  const height = box.y + box.height + AXIS_ROOM;
  const description = options.description ?? `${axisTitle}: ${rows.map(describe).join('; ')}.`;
  const head = { width, height, title: title || 'Comparison', description, background: options.background };
  const labels = rows.flatMap(({ marked }, row) => {
    const y = box.y + (row + 0.5) * ROW;
    return [
      textMark(`name${row}`, names[row]!, MARGIN, y, { size: FONT_SIZE, bold: marked }),
      textMark(`numbers${row}`, numbers[row]!, box.x + box.width + GAP, y, { size: FONT_SIZE, bold: marked }),
    ];
  });
  const axisLabel = textMark('axis-title', plainText(axisTitle), box.x + box.width / 2, height - 14, {
    size: 13,
    align: 'center',
  });
  return renderVega(head, { marks: [...heading.marks, panel(rows, box), ...labels, axisLabel] });
}

function panel(rows: readonly ComparisonRow[], box: Box): Mark {
  const place = rows.map((row, index) => ({
    ...row,
    y: (index + 0.5) * ROW,
    colour: SERIES_COLOURS[row.marked ? 1 : 0],
  }));
  const bars = place.flatMap(({ y, colour, mean, deviation }) =>
    deviation === undefined ? [] : [{ y, colour, low: mean - deviation, high: mean + deviation }],
  );
  const x = (field: string) => ({ scale: 'x', field });
  const stroke = { stroke: { field: 'colour' }, strokeWidth: { value: 1.6 } };
  const cap = (end: string): Mark => ({
    type: 'rule',
    name: `cap-${end}`,
    aria: false,
    from: { data: 'bars' },
    encode: {
      update: { x: x(end), y: { field: 'y', offset: -CAP }, y2: { field: 'y', offset: CAP }, ...stroke },
    },
  });
  return {
    type: 'group',
    name: 'panel',
    aria: false,
    encode: { update: boxEncoding(box) },
    scales: [
      { name: 'x', type: 'linear', domain: domain(rows), range: [0, box.width], nice: true, zero: false },
      { name: 'y', type: 'linear', domain: [0, box.height], range: [0, box.height] },
    ],
    axes: [
      {
        scale: 'x',
        orient: 'bottom',
        grid: true,
        gridScale: 'y',
        gridColor: GRID,
        tickCount: Math.max(2, Math.floor(box.width / 70)),
        domainColor: INK,
      },
    ],
    data: [
      { name: 'bars', values: bars },
      { name: 'means', values: place.map(({ mean, y, colour }) => ({ mean, y, colour })) },
      {
        name: 'singles',
        values: place.flatMap(({ values, y, colour }) => values.map((value) => ({ value, y, colour }))),
      },
    ],
    marks: [
      {
        type: 'rule',
        name: 'bar',
        aria: false,
        from: { data: 'bars' },
        encode: { update: { x: x('low'), x2: x('high'), y: { field: 'y' }, ...stroke } },
      },
      cap('low'),
      cap('high'),
      {
        type: 'symbol',
        name: 'single',
        aria: false,
        from: { data: 'singles' },
        encode: {
          update: {
            x: x('value'),
            y: { field: 'y' },
            size: { value: 16 },
            fill: { field: 'colour' },
            fillOpacity: { value: 0.45 },
          },
        },
      },
      {
        type: 'symbol',
        name: 'mean',
        aria: false,
        from: { data: 'means' },
        encode: { update: { x: x('mean'), y: { field: 'y' }, size: { value: 80 }, fill: { field: 'colour' } } },
      },
    ],
  };
}

function domain(rows: readonly ComparisonRow[]): [number, number] {
  const reach = rows.flatMap(({ values, mean, deviation = 0 }) => [...values, mean - deviation, mean + deviation]);
  const [low, high] = [-largest(reach.map((value) => -value)), largest(reach)];
  const margin = high > low ? 0.05 * (high - low) : 1;
  return [low - margin, high + margin];
}

function numbersText({ mean, deviation }: ComparisonRow): string {
  return deviation === undefined ? mean.toFixed(2) : `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`;
}

function describe(row: ComparisonRow): string {
  const count = row.values.length;
  return `${row.name} ${numbersText(row)} (${count} value${count === 1 ? '' : 's'})`;
}
