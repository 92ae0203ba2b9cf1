import { PlotError } from './errors.js';
import { PAPER } from './palette.js';

/** Counts per true class (row) and predicted class (column). */
export type ConfusionCounts = readonly ArrayLike<number>[];

/** Contents and look of a cell. */
interface ConfusionCell {
  readonly row: number;
  readonly column: number;
  readonly count: string;
  readonly share: string;
  readonly fill: string;
  readonly ink: string;
}

/** Throws a PlotError unless the counts are a square matrix of counts with a name per class. */
export function validateCounts(counts: ConfusionCounts, classNames: readonly string[]): void {
  if (counts.length === 0) throw new PlotError('The confusion matrix has no rows: give one per class');
  counts.forEach((row, i) => {
    if (row.length !== counts.length) {
      throw new PlotError(
        `Row ${i} of the confusion matrix has ${row.length} columns but the matrix ${counts.length} rows: it must be square`,
      );
    }
    for (let j = 0; j < row.length; j++) {
      const count = row[j]!;
      if (Number.isInteger(count) && count >= 0) continue;
      throw new PlotError(
        `The confusion matrix has ${String(count)} at [${i}][${j}]: counts must be integers of at least 0`,
      );
    }
  });
  if (classNames.length !== counts.length) {
    throw new PlotError(
      `There are ${classNames.length} class names for a confusion matrix of ${counts.length} classes: give one per class`,
    );
  }
}

const sum = (row: ArrayLike<number>): number => Array.from(row).reduce((total, count) => total + count, 0);

/** Returns the cells, row by row. */
export function confusionCells(counts: ConfusionCounts): ConfusionCell[] {
  return counts.flatMap((line, row) => {
    const total = sum(line);
    return Array.from(line, (count, column) => {
      const share = total > 0 ? count / total : 0;
      return {
        row,
        column,
        count: count.toLocaleString('en'),
        share: total > 0 ? percent(share, 1) : '–',
        ...shade(share),
      };
    });
  });
}

const percent = (share: number, digits: number): string => `${(100 * share).toFixed(digits)}%`;

const BLACK = '#000000';
/** Black and white have the same contrast (4.58) to a colour of this luminance. */
const EVEN_LUMINANCE = 0.179;

/**
 * Returns a colour from near white to a dark blue, evenly in the square root so that small shares show; ink by WCAG
 * contrast.
 */
function shade(share: number): { fill: string; ink: string } {
  const [light, dark] = [
    [0xf4, 0xf7, 0xfb],
    [0x08, 0x3a, 0x73],
  ];
  const mixed = light.map((from, channel) => Math.round(from + (dark[channel]! - from) * Math.sqrt(share)));
  const [r, g, b] = mixed.map((value) => {
    const unit = value / 255;
    return unit <= 0.04045 ? unit / 12.92 : ((unit + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  return { fill: `rgb(${mixed.join(',')})`, ink: luminance > EVEN_LUMINANCE ? BLACK : PAPER };
}

/** Returns the share of correct predictions in words. */
export function accuracySentence(counts: ConfusionCounts): string {
  const total = counts.reduce((all, row) => all + sum(row), 0);
  if (total === 0) return 'No examples.';
  const correct = counts.reduce((all, row, index) => all + row[index]!, 0);
  return `Accuracy ${percent(correct / total, 2)}: ${correct.toLocaleString('en')} of ${total.toLocaleString('en')} correct.`;
}

/** Returns the three most frequent mistakes in words, or nothing if there are none. */
export function confusionsSentence(counts: ConfusionCounts, classNames: readonly string[]): string {
  const confusions = counts
    .flatMap((line, row) => Array.from(line, (count, column) => ({ row, column, count })))
    .filter(({ row, column, count }) => row !== column && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ row, column, count }) => `${classNames[row]} taken for ${classNames[column]} (${count})`);
  return confusions.length > 0 ? `Most frequent confusions: ${confusions.join(', ')}.` : '';
}
