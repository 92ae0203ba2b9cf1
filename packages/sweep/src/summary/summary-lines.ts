import { textTable } from '@cifarlab/internals/text-table';
import type { SweepSummary } from './summary.js';
import { selectionLines, summaryTable } from './summary-table.js';

/** Returns the configurations as a table in plain text, and the selection. */
export function summaryLines(summary: SweepSummary): string[] {
  const { columns, rows } = summaryTable(summary);
  return [...textTable([columns.map(({ name }) => name), ...rows], columns), ...selectionLines(summary)];
}
