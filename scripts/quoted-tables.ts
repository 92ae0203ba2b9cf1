import { parse } from 'csv-parse/sync';
import { states } from './quoted-figures.js';

/** A table of a page that claims to hold the rows of a committed CSV file. */
export interface QuotedTable {
  /** File under `docs/results`, `sweeps/inputs/summary.csv` for example. */
  file: string;
  /** Names of the file's columns, in the order of the page's. */
  columns: string[];
  /** Rows that readers see, without the head of the table. */
  rows: string[][];
}

/**
 * Finds the tables of a Markdown page that are marked with their origin:
 *
 *     <!-- table sweeps/inputs/summary.csv: configuration, test mean -->
 *     | configuration | accuracy |
 *     |---|---|
 *     | init he | 0.4712 |
 *     <!-- /table -->
 */
export function quotedTables(markdown: string): QuotedTable[] {
  const marks = markdown.matchAll(/<!-- table (\S+): ([^\n]+?) -->\n(.*?)<!-- \/table -->/gs);
  return [...marks].map(([, file, columns, table]) => ({
    file: file!,
    columns: columns!.split(', '),
    rows: table!
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2)
      .map(cellsOf),
  }));
}

/** Returns the words of a table's row, without the marks of bold type and of code. */
function cellsOf(line: string): string[] {
  const cells = line.split('|').slice(1, -1);
  return cells.map((cell) => cell.replaceAll(/\*\*|`/g, '').trim());
}

/** Readers see a dash if the file has no value. */
const nothing = '–';

/** Returns the differences between a quoted table and the file that it quotes, one line each; empty if it is true. */
export function differences({ columns, rows }: QuotedTable, csv: string): string[] {
  const records = parse(csv, { columns: true }) as Record<string, string>[];
  const unknown = columns.filter((column) => !(column in (records[0] ?? {})));
  if (unknown.length > 0) return [`no column ${unknown.join(', ')}`];
  const found = rows.length === records.length ? [] : [`${rows.length} rows for ${records.length}`];
  rows.slice(0, records.length).forEach((cells, i) => {
    if (cells.length !== columns.length)
      found.push(`row ${i + 1}: ${cells.length} cells for ${columns.length} columns`);
    columns.forEach((column, j) => {
      const value = records[i]![column] || nothing;
      const isNumber = Number.isFinite(Number(value));
      if (cells[j] !== value && !(isNumber && states(cells[j] ?? '', Number(value)))) {
        found.push(`row ${i + 1}, ${column}: ${cells[j]} for ${value}`);
      }
    });
  });
  return found;
}
