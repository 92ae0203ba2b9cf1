import { join } from 'node:path';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import type { SweepSummary } from './summary.js';
import { summaryChart } from './summary-chart.js';
import { summaryCsv, trialsCsv } from './summary-csv.js';
import { summaryMarkdown } from './summary-markdown.js';

/**
 * Writes `summary.json`, `summary.md`, `summary.csv` and `trials.csv` into a sweep's folder; with accuracies on
 * validation images the chart `summary.svg` and `summary.png` too.
 */
export async function writeSummary(summary: SweepSummary, out: string): Promise<void> {
  const write = (name: string, content: string | Uint8Array) => writeFileAtomic(join(out, name), content);
  await write('summary.json', `${JSON.stringify(summary, null, 2)}\n`);
  await write('summary.md', summaryMarkdown(summary));
  await write('summary.csv', summaryCsv(summary));
  await write('trials.csv', trialsCsv(summary));
  const svg = await summaryChart(summary);
  if (svg === undefined) return;
  const { renderPng } = await import('@cifarlab/plots/node');
  await write('summary.svg', svg);
  await write('summary.png', await renderPng(svg));
}
