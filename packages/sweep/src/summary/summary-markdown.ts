import { formatDuration } from '@cifarlab/experiment';
import { printable } from '@cifarlab/internals/printable';
import { plural } from './plural.js';
import type { SweepSummary } from './summary.js';
import { type SummaryTable, selectionLines, summaryTable } from './summary-table.js';

/** Returns the summary as a page in Markdown. */
export function summaryMarkdown(summary: SweepSummary): string {
  const { model, trials, madeWith, jobs, threads, wallSeconds } = summary;
  const lines = [
    `# Sweep of ${model}`,
    '',
    ...tableLines(summaryTable(summary)),
    '',
    'Accuracy on the validation images at the best checkpoint: mean and sample standard deviation over the seeds.',
    '',
    ...selectionLines(summary).flatMap((line) => [line, '']),
    `${plural(trials.length, 'trial')} in ${formatDuration(wallSeconds)}, ${jobs} at a time with ${plural(threads, 'thread')} each.`,
    '',
    ...madeWith.map(({ engine, machine, versions }) => {
      const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
      return `Made with ${engine.name} on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB: ${software.join(', ')}.`;
    }),
  ];
  // Versions and last words come out of files that others may have written, and people print this one.
  return `${lines.map(printable).join('\n').trimEnd()}\n`;
}

function tableLines({ columns, rows }: SummaryTable): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = columns.map(({ isNumber }) => (isNumber ? '---:' : '---'));
  return [line(columns.map(({ name }) => name)), `|${rule.join('|')}|`, ...rows.map(line)];
}
