import { formatPercent } from '@cifarlab/internals/format';
import { type Report, renderReport } from '@cifarlab/plots';
import { differencesTables, resultsTable } from './comparison.js';
import { programWords, type ReportWords } from './report-words.js';
import { comparedCurves, type ReportedRun, runParts } from './run-blocks.js';
import { summarise } from './summary.js';

/** Makes one self-contained page about one run, or about several side by side. */
export async function renderPage(runs: readonly ReportedRun[], words: ReportWords = programWords): Promise<string> {
  const [first, ...others] = runs as [ReportedRun, ...ReportedRun[]];
  const report = others.length === 0 ? await reportOne(first, words) : await compare(runs, words);
  return renderReport(report);
}

async function reportOne(run: ReportedRun, words: ReportWords): Promise<Report> {
  const { steps, test } = summarise(run);
  const { cpu, cores } = run.config.machine;
  const score = test === undefined ? '' : `${formatPercent(test.accuracy)} of the test images right after `;
  return {
    title: `Training ${run.config.model}: ${run.curves.name}`,
    subtitle: `${score}${steps} step${steps === 1 ? '' : 's'} on ${cpu}, ${cores} core${cores === 1 ? '' : 's'}`,
    sections: await runParts(run, words),
  };
}

async function compare(runs: readonly ReportedRun[], words: ReportWords): Promise<Report> {
  const parts = await Promise.all(
    runs.map(async (run) => ({
      kind: 'part' as const,
      heading: run.curves.name,
      collapsed: true,
      blocks: (await runParts(run, words)).map((part) => ({ kind: 'part' as const, ...part })),
    })),
  );
  return {
    title: `Comparison of ${runs.length} runs`,
    sections: [
      { heading: 'Comparison', blocks: [resultsTable(runs), ...differencesTables(runs)] },
      { heading: 'Curves', blocks: [await comparedCurves(runs)] },
      { heading: 'Runs', blocks: parts },
    ],
  };
}
