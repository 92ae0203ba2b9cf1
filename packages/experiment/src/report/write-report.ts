import { type Report, renderReport } from '@cifarlab/plots';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import { formatPercent } from '../progress.js';
import { differencesTables, resultsTable } from './comparison.js';
import { comparedCurves, type ReportedRun, runParts } from './run-blocks.js';
import { summarise } from './summary.js';

/** One self-contained page about a run, or about several side by side. */
export async function reportPage(runs: readonly ReportedRun[]): Promise<string> {
  const [first, ...others] = runs as [ReportedRun, ...ReportedRun[]];
  const report = others.length === 0 ? await reportOne(first) : await compare(runs);
  return renderReport(report);
}

/** Writes the page. */
export async function writeReport(runs: readonly ReportedRun[], file: string): Promise<void> {
  await writeFileAtomic(file, await reportPage(runs));
}

async function reportOne(run: ReportedRun): Promise<Report> {
  const { steps, test } = summarise(run);
  const { cpu, cores } = run.config.machine;
  const score = test === undefined ? '' : `${formatPercent(test.accuracy)} of the test images right after `;
  return {
    title: `Training ${run.config.model}: ${run.curves.name}`,
    subtitle: `${score}${steps} step${steps === 1 ? '' : 's'} on ${cpu}, ${cores} core${cores === 1 ? '' : 's'}`,
    sections: await runParts(run),
  };
}

async function compare(runs: readonly ReportedRun[]): Promise<Report> {
  const parts = await Promise.all(
    runs.map(async (run) => ({
      kind: 'part' as const,
      heading: run.curves.name,
      collapsed: true,
      blocks: (await runParts(run)).map((part) => ({ kind: 'part' as const, ...part })),
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
