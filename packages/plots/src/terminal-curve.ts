import { clipPoints } from './clip-points.js';
import { type ColumnSeries, columnsOf, lastFinite, validateSeries } from './column-series.js';
import { PlotError, requireChoice, requireRange } from './errors.js';
import type { Series } from './series.js';
import { cutNote, shownRange } from './shown-range.js';
import { smoothSeries } from './smooth-series.js';
import { columns, fitColumns, terminalText } from './terminal-text.js';

/** Options of {@link terminalCurve}. */
export interface TerminalCurveOptions {
  /** Most columns, 24 to 1000. Default: 72. */
  width?: number;
  /** Most lines, 6 to 200, heading and step axis included. Default: 16. */
  height?: number;
  /** ANSI colours, one per series. Default: false. */
  color?: boolean;
  /** `braille` (default) draws 2 x 4 dots per character; `ascii` one mark per character, for any terminal. */
  charset?: 'braille' | 'ascii';
  /** Window of the smoothed `train` series, in points; 1 draws it as it is. Default: a tenth of its points, at least 5. */
  smoothing?: number;
  /** Heading, such as `loss`. Default: none. */
  title?: string;
  /** Cuts off the few values that lie far from all others, and says in the heading how far they go. Default: true. */
  cut?: boolean;
}

interface Symbols {
  readonly vertical: string;
  readonly corner: string;
  readonly horizontal: string;
  readonly ellipsis: string;
  /** Marks of the series where neither dots nor colour can tell them apart. */
  readonly marks: readonly string[];
}

const SYMBOLS: Readonly<Record<'braille' | 'ascii', Symbols>> = {
  braille: { vertical: '│', corner: '└', horizontal: '─', ellipsis: '…', marks: ['●', '○', '◆', '◇', '■', '□'] },
  ascii: { vertical: '|', corner: '+', horizontal: '-', ellipsis: '~', marks: ['*', 'o', '+', 'x', '#', '@'] },
};
/** Bright blue, yellow, green, magenta, cyan, red: legible on light and dark backgrounds. */
const COLOURS = [94, 33, 32, 35, 36, 31];
const BRAILLE_BASE = 0x2800;
/** Bits of the dots of a braille character by row and column. */
const BRAILLE_DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/**
 * Draws curves as lines of text that fit `width` columns and `height` lines: a heading with a legend, the values at the
 * left, the steps below. The series `train` is smoothed. A point is drawn where its step and value fall and joined to the next; non-finite values are
 * gaps. One series is drawn in braille dots; several are told apart by colour, or without it by their marks.
 * The few values that lie far from all others are cut off.
 *
 * @returns lines joined by `\n`, without one at the end; no line is wider than `width` columns (colour codes take none)
 * @throws PlotError when there is no finite value, or a series or an option is out of its range
 */
export function terminalCurve(series: Series | readonly Series[], options: TerminalCurveOptions = {}): string {
  const { width = 72, height = 16, color = false, charset = 'braille', title = '', smoothing, cut = true } = options;
  requireRange('The width of the terminal curve', width, 24, 1000);
  requireRange('The height of the terminal curve', height, 6, 200);
  requireChoice('charset', charset, ['braille', 'ascii']);
  const all = ('points' in series ? [series] : series).map(columnsOf);
  for (const one of all) validateSeries(one, `Series "${one.name}"`);
  if (smoothing !== undefined) requireRange('smoothing', smoothing, 1);
  const drawn = all
    .filter((one) => lastFinite(one) >= 0)
    .map((one) => (one.name === 'train' ? smoothSeries(one, smoothing) : one));
  if (drawn.length === 0) throw new PlotError('The series hold no finite value to draw: give at least one');

  const symbols = SYMBOLS[charset];
  const dots = charset === 'braille' && (color || drawn.length === 1);
  const paint = (text: string, index: number) =>
    color ? `\u001b[${COLOURS[index % COLOURS.length]}m${text}\u001b[39m` : text;
  const mark = (index: number) => (dots ? '━' : symbols.marks[index % symbols.marks.length]!);
  const range = shownRange(allValues(drawn))!;
  const whole = [range.below ?? range.low, range.above ?? range.high] as const;
  const values = cut ? ([range.low, range.high] as const) : whole;
  const note = cut ? cutNote(range) : undefined;
  const paintedMark = (index: number) => paint(mark(index), index);
  const heading = headingLine(title, drawn, note, Math.floor(width), symbols.ellipsis, paintedMark);

  const rows = Math.floor(height) - 2 - (heading === '' ? 0 : 1);
  const steps = stepExtent(drawn);
  const labels = valueLabels(values, rows);
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const cells = Math.floor(width) - labelWidth - 2;

  const canvas = new Canvas(cells, rows, dots);
  drawn.forEach((one, index) => {
    let previous: readonly [number, number] | undefined;
    const points = one.steps.map((step, i) => ({ step, value: one.values[i]! }));
    for (const { step, value } of clipPoints(points, values)) {
      const at = Number.isFinite(value) ? ([fraction(step, steps), fraction(value, values)] as const) : undefined;
      if (at !== undefined) canvas.line(previous ?? at, at, index);
      previous = at;
    }
  });
  const lines = labels.map((label, row) => {
    const cellsOfRow = canvas.row(row, (text, index) => paint(dots ? text : mark(index), index));
    return `${label.padStart(labelWidth)} ${symbols.vertical}${cellsOfRow}`.trimEnd();
  });
  const axis = `${' '.repeat(labelWidth + 1)}${symbols.corner}${symbols.horizontal.repeat(cells)}`;
  const stepLabels = stepLine(steps, cells);
  return [...(heading === '' ? [] : [heading]), ...lines, axis, `${' '.repeat(labelWidth + 2)}${stepLabels}`].join(
    '\n',
  );
}

type Extent = readonly [low: number, high: number];

function* allValues(series: readonly ColumnSeries[]): Generator<number> {
  for (const { values } of series) for (let i = 0; i < values.length; i++) yield values[i]!;
}

/** Returns the steps of the values that can be drawn. */
function stepExtent(series: readonly ColumnSeries[]): Extent {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { steps, values } of series) {
    for (const [i, step] of steps.entries()) {
      if (!Number.isFinite(values[i])) continue;
      if (step < low) low = step;
      if (step > high) high = step;
    }
  }
  return [low, high];
}

/**
 * Returns where `value` lies between low (0) and high (1); halved first, since the span of the largest doubles
 * overflows.
 */
function fraction(value: number, [low, high]: Extent): number {
  return high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5;
}

/** Returns a label per row, blank on most. */
function valueLabels([low, high]: Extent, rows: number): string[] {
  const every = Math.max(2, Math.ceil(rows / 5));
  return Array.from({ length: rows }, (_, row) => {
    const labelled = row === 0 || row === rows - 1 || (row % every === 0 && rows - 1 - row >= every);
    if (!labelled) return '';
    const share = rows > 1 ? row / (rows - 1) : 0;
    return numberLabel(high * (1 - share) + low * share);
  });
}

/** Returns a label of at most 9 characters. */
function numberLabel(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(2);
  return value.toPrecision(4);
}

function stepLine([low, high]: Extent, width: number): string {
  const left = stepLabel(low);
  const right = high > low ? stepLabel(high) : '';
  const middle = 'step';
  const room = width - left.length - right.length;
  if (room < 1) return left.slice(0, width);
  if (room < middle.length + 2) return `${left}${' '.repeat(room)}${right}`;
  const before = Math.min(Math.max(1, Math.floor((width - middle.length) / 2) - left.length), room - middle.length - 1);
  return `${left}${' '.repeat(before)}${middle}${' '.repeat(room - before - middle.length)}${right}`;
}

function stepLabel(step: number): string {
  const text = String(step);
  return text.length <= 9 ? text : step.toExponential(2);
}

function headingLine(
  title: string,
  series: readonly ColumnSeries[],
  note: string | undefined,
  width: number,
  ellipsis: string,
  paintedMark: (index: number) => string,
): string {
  let line = fitColumns(terminalText(title), width, ellipsis);
  let used = columns(line);
  for (const [index, { name }] of series.entries()) {
    const gap = used === 0 ? '' : '  ';
    const label = fitColumns(terminalText(name), width - used - gap.length - 2, ellipsis);
    if (label === '') break;
    line += `${gap}${paintedMark(index)} ${label}`;
    used += gap.length + 2 + columns(label);
  }
  if (note === undefined) return line;
  const gap = used === 0 ? '' : '  ';
  const shown = fitColumns(note, width - used - gap.length, ellipsis);
  return shown === '' ? line : `${line}${gap}${shown}`;
}

/** A grid of characters, each holding the last series drawn there and, in braille, which of its dots are set. */
class Canvas {
  readonly #cells: number;
  readonly #rows: number;
  readonly #dots: boolean;
  readonly #owner: Int32Array;
  readonly #bits: Uint8Array;

  constructor(cells: number, rows: number, dots: boolean) {
    this.#cells = cells;
    this.#rows = rows;
    this.#dots = dots;
    this.#owner = new Int32Array(cells * rows).fill(-1);
    this.#bits = new Uint8Array(cells * rows);
  }

  /** Draws from one point to another, in fractions of the width from the left and of the height from the bottom. */
  line([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number], owner: number): void {
    const width = this.#cells * (this.#dots ? 2 : 1) - 1;
    const height = this.#rows * (this.#dots ? 4 : 1) - 1;
    const dx = (x1 - x0) * width;
    const dy = (y1 - y0) * height;
    const count = Math.max(1, Math.ceil(Math.max(Math.abs(dx), Math.abs(dy))));
    for (let k = 0; k <= count; k++) {
      const x = Math.round(x0 * width + (dx * k) / count);
      const y = Math.round((1 - y0) * height - (dy * k) / count);
      this.#set(x, y, owner);
    }
  }

  /** Row of text `row` from the top; characters without a dot are spaces. */
  row(row: number, paint: (text: string, owner: number) => string): string {
    let text = '';
    for (let cell = row * this.#cells; cell < (row + 1) * this.#cells; ) {
      const owner = this.#owner[cell]!;
      let run = '';
      do {
        run += owner < 0 ? ' ' : String.fromCodePoint(BRAILLE_BASE + this.#bits[cell]!);
        cell++;
      } while (this.#dots && cell < (row + 1) * this.#cells && this.#owner[cell] === owner);
      text += owner < 0 ? run : paint(run, owner);
    }
    return text;
  }

  #set(x: number, y: number, owner: number): void {
    const [column, line] = this.#dots ? [x >> 1, y >> 2] : [x, y];
    const cell = line * this.#cells + column;
    // A dot of another series is dropped rather than shown in the wrong colour.
    if (this.#owner[cell] !== owner) this.#bits[cell] = 0;
    this.#owner[cell] = owner;
    if (this.#dots) this.#bits[cell]! |= BRAILLE_DOTS[y & 3]![x & 1]!;
  }
}
