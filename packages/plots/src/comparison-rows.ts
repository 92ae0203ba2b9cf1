import { PlotError } from './errors.js';

/** Measurements of one of the things compared. */
export interface ComparisonEntry {
  name: string;
  /** Accuracies from 0 to 1, one for each repetition, such as each seed. */
  values: readonly number[];
  /** Draws it in another colour and its name in bold, for example the one that was chosen. */
  marked?: boolean;
}

/** An entry as it is drawn, in per cent. */
export interface ComparisonRow {
  readonly name: string;
  readonly marked: boolean;
  readonly values: readonly number[];
  readonly mean: number;
  /** The sample's standard deviation, over n - 1; undefined of a single value. */
  readonly deviation: number | undefined;
}

/**
 * Returns the entries from the highest mean down; equals stay in their order.
 *
 * @throws PlotError when there is no entry, or one holds no value or one that is not an accuracy.
 */
export function comparisonRows(entries: readonly ComparisonEntry[]): ComparisonRow[] {
  if (entries.length === 0) throw new PlotError('There is nothing to compare: give one entry at least');
  return entries.map(comparisonRow).sort((a, b) => b.mean - a.mean);
}

function comparisonRow({ name, values, marked = false }: ComparisonEntry): ComparisonRow {
  if (values.length === 0) throw new PlotError(`Entry "${name}" has no values: give one at least, or leave it out`);
  const wrong = values.find((value) => !(value >= 0 && value <= 1));
  if (wrong !== undefined) throw new PlotError(`Entry "${name}" has ${wrong}: accuracies must be from 0 to 1`);
  const percent = values.map((value) => 100 * value);
  const mean = sum(percent) / percent.length;
  const squares = sum(percent.map((value) => (value - mean) ** 2));
  const deviation = percent.length > 1 ? Math.sqrt(squares / (percent.length - 1)) : undefined;
  return { name, marked, values: percent, mean, deviation };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
