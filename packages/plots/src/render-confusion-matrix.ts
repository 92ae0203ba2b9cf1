import type { Mark, TextEncodeEntry } from 'vega';
import { chartHeading, MARGIN } from './chart-heading.js';
import {
  accuracySentence,
  type ConfusionCounts,
  confusionCells,
  confusionsSentence,
  validateCounts,
} from './confusion-cells.js';
import { requireRange } from './errors.js';
import { plainText } from './escape.js';
import { largest } from './largest.js';
import { PAPER } from './palette.js';
import { renderVega } from './render-vega.js';
import { fitText, measureText } from './text-metrics.js';
import { type Box, boxEncoding, textMark } from './vega-marks.js';

/** Options of {@link renderConfusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** Heading. Default: "Confusion matrix". */
  title?: string;
  /** A line under the heading. Default: the accuracy and its counts. */
  subtitle?: string;
  /** Side of a cell in CSS pixels, 30 to 200. Default: 58. */
  cellSize?: number;
  /** Text that assistive technology reads out. Default: the subtitle and the most frequent confusions. */
  description?: string;
  /** Any CSS colour, or `none`. Default: white. */
  background?: string;
}

const LABEL_GAP = 8;
const AXIS_TITLE_ROOM = 26;
const MOST_LABEL_WIDTH = 160;
/** Room for the heading of a small matrix. */
const LEAST_WIDTH = 380;

/**
 * Draws how often each true class (row) was predicted as each class (column): the count in every cell and its share of
 * the row, which is also the cell's shade. Rows without examples have no shares.
 *
 * @param counts `counts[i][j]` examples of class i were predicted as class j; square, integers of at least 0
 * @param classNames name of each class, in the order of the rows
 * @returns an SVG document; the same input always gives the same bytes
 * @throws PlotError when the matrix is empty, not square, or holds anything but counts, or the names do not match it
 */
export async function renderConfusionMatrix(
  counts: ConfusionCounts,
  classNames: readonly string[],
  options: ConfusionMatrixOptions = {},
): Promise<string> {
  const { cellSize = 58, title = 'Confusion matrix' } = options;
  requireRange('cellSize', cellSize, 30, 200);
  validateCounts(counts, classNames);
  const size = classNames.length;
  const side = size * cellSize;
  const fontSize = Math.max(8, Math.min(14, Math.round(cellSize * 0.23)));

  const names = classNames.map((name) => fitText(plainText(name), MOST_LABEL_WIDTH, fontSize));
  const labelWidth = Math.ceil(largest(names.map((name) => measureText(name, fontSize))));
  const slanted = labelWidth > cellSize - 6;
  const left = MARGIN + AXIS_TITLE_ROOM + labelWidth + LABEL_GAP;
  const width = Math.max(LEAST_WIDTH, left + side + MARGIN);
  const summary = accuracySentence(counts);
  const heading = chartHeading(title, options.subtitle ?? summary, width);
  const top = heading.bottom + 8;
  const bottom = (slanted ? Math.ceil(labelWidth * Math.SQRT1_2) + fontSize : fontSize + LABEL_GAP) + LABEL_GAP;
  const height = top + side + bottom + AXIS_TITLE_ROOM + 6;

  const description = options.description ?? `${summary} ${confusionsSentence(counts, classNames)}`.trim();
  const head = { width, height, title: title || 'Confusion matrix', description, background: options.background };
  const matrix = matrixMark({ x: left, y: top, width: side, height: side }, counts, names, fontSize, slanted);
  const predictedTitle = textMark(
    'predicted-title',
    'predicted class',
    left + side / 2,
    top + side + bottom + AXIS_TITLE_ROOM / 2,
    {
      size: 13,
      align: 'center',
    },
  );
  const trueTitle = textMark('true-title', 'true class', MARGIN + 8, top + side / 2, {
    size: 13,
    align: 'center',
    angle: -90,
  });
  return renderVega(head, { marks: [...heading.marks, matrix, predictedTitle, trueTitle] });
}

function matrixMark(
  box: Box,
  counts: ConfusionCounts,
  names: readonly string[],
  fontSize: number,
  slanted: boolean,
): Mark {
  const indices = names.map((_, index) => index);
  const middle = { band: 0.5 } as const;
  const inCell = { x: { scale: 'column', field: 'column', ...middle }, y: { scale: 'row', field: 'row', ...middle } };
  const below = slanted
    ? ({ align: { value: 'right' }, angle: { value: -45 }, baseline: { value: 'top' } } as const)
    : ({ align: { value: 'center' }, baseline: { value: 'top' } } as const);
  return {
    type: 'group',
    name: 'matrix',
    aria: false,
    encode: { update: boxEncoding(box) },
    // The scales know the classes by index, so that classes of the same name stay apart.
    scales: [
      { name: 'column', type: 'band', domain: indices, range: [0, box.width] },
      { name: 'row', type: 'band', domain: indices, range: [0, box.height] },
    ],
    data: [
      { name: 'cells', values: confusionCells(counts) },
      { name: 'classes', values: names.map((name, index) => ({ name, index })) },
    ],
    marks: [
      {
        type: 'rect',
        name: 'cell',
        aria: false,
        from: { data: 'cells' },
        encode: {
          update: {
            x: { scale: 'column', field: 'column' },
            y: { scale: 'row', field: 'row' },
            width: { scale: 'column', band: 1 },
            height: { scale: 'row', band: 1 },
            fill: { field: 'fill' },
            stroke: { value: PAPER },
            strokeWidth: { value: 1 },
          },
        },
      },
      dataTextMark('cell-count', 'cells', 'count', {
        ...inCell,
        dy: { value: -0.2 * fontSize },
        align: { value: 'center' },
        fill: { field: 'ink' },
        fontSize: { value: fontSize },
        fontWeight: { value: 'bold' },
      }),
      dataTextMark('cell-share', 'cells', 'share', {
        ...inCell,
        dy: { value: 1.1 * fontSize },
        align: { value: 'center' },
        fill: { field: 'ink' },
        fontSize: { value: Math.max(7, fontSize - 2) },
      }),
      dataTextMark('true-class', 'classes', 'name', {
        x: { value: -LABEL_GAP },
        y: { scale: 'row', field: 'index', ...middle },
        align: { value: 'right' },
        baseline: { value: 'middle' },
        fontSize: { value: fontSize },
      }),
      dataTextMark('predicted-class', 'classes', 'name', {
        ...below,
        x: { scale: 'column', field: 'index', ...middle },
        y: { value: box.height + LABEL_GAP },
        fontSize: { value: fontSize },
      }),
    ],
  };
}

function dataTextMark(name: string, data: string, field: string, update: TextEncodeEntry): Mark {
  return { type: 'text', name, aria: false, from: { data }, encode: { update: { ...update, text: { field } } } };
}
