import { join } from 'node:path';
import { formatDuration } from '@cifarlab/experiment';
import { renderComparison } from '@cifarlab/plots';
import { renderPng } from '@cifarlab/plots/node';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import { printable } from '../printable.js';
import { toCsv } from './csv.js';
import { describeFailure } from './describe-failure.js';
import type { SweepSummary } from './summary.js';
import { markdownTable, textTable } from './text-table.js';

/** Columns that hold numbers: all but the name. */
const numbers = new Set([1, 2, 3, 4]);

/** The configurations as a table for a terminal, and what was selected. */
export function summaryLines(summary: SweepSummary): string[] {
  return [...textTable(tableRows(summary), numbers), ...selectionLines(summary)];
}

/**
 * Writes `summary.json`, `summary.md`, `summary.csv` and `trials.csv` into the sweep's folder; with accuracies on
 * validation images the chart `summary.svg` and `summary.png` too.
 */
export async function writeSummary(summary: SweepSummary, out: string): Promise<void> {
  await writeFileAtomic(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  await writeFileAtomic(join(out, 'summary.md'), summaryMarkdown(summary));
  await writeFileAtomic(join(out, 'summary.csv'), summaryCsv(summary));
  await writeFileAtomic(join(out, 'trials.csv'), trialsCsv(summary));
  const entries = summary.configurations.flatMap(({ id, name, accuracies }) =>
    accuracies === null ? [] : [{ name, values: accuracies, marked: id === summary.selected }],
  );
  if (entries.length === 0) return;
  const title = `Sweep of ${summary.model}`;
  const svg = await renderComparison(entries, { title, width: 1000, axisTitle: 'validation accuracy (%)' });
  await writeFileAtomic(join(out, 'summary.svg'), svg);
  await writeFileAtomic(join(out, 'summary.png'), await renderPng(svg));
}

function tableRows({ configurations, seeds }: SweepSummary): string[][] {
  return [
    ['configuration', 'seeds', 'validation', 'deviation', 'time'],
    ...configurations.map(({ name, seeds: done, failed, mean, deviation, seconds }) => [
      name,
      failed.length > 0 || done.length < seeds.length ? `${done.length} of ${seeds.length}` : String(done.length),
      mean === null ? '-' : mean.toFixed(4),
      deviation === null ? '-' : deviation.toFixed(4),
      formatDuration(seconds),
    ]),
  ];
}

function selectionLines({ configurations, selected, test, trials }: SweepSummary): string[] {
  const lines = trials.flatMap(({ name, seed, failure }) =>
    failure === null ? [] : [`failed: ${name}, seed ${seed} ${describeFailure(failure)}`],
  );
  const chosen = configurations.find(({ id }) => id === selected);
  if (chosen === undefined)
    return [...lines, 'selected: none, because every configuration failed with at least one seed'];
  lines.push(`selected: ${chosen.name}`);
  if (test === null) return lines;
  if (test.mean !== null) {
    const deviation = test.deviation === null ? '' : ` ± ${test.deviation.toFixed(4)}`;
    lines.push(`test accuracy ${test.mean.toFixed(4)}${deviation} over ${plural(test.seeds.length, 'seed')}`);
  }
  return [...lines, ...test.failed.map(({ seed, failure }) => `not tested: seed ${seed} ${describeFailure(failure)}`)];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function summaryMarkdown(summary: SweepSummary): string {
  const { model, trials, madeWith, jobs, threads, wallSeconds } = summary;
  const lines = [
    `# Sweep of ${model}`,
    '',
    ...markdownTable(tableRows(summary), numbers),
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

function summaryCsv({ configurations, selected, test }: SweepSummary): string {
  return toCsv([
    [
      'id',
      'configuration',
      'flags',
      'seeds',
      'failed',
      'mean',
      'deviation',
      'seconds',
      'selected',
      'test mean',
      'test deviation',
    ],
    ...configurations.map(({ id, name, flags, seeds, failed, mean, deviation, seconds }) => {
      const chosen = id === selected;
      return [
        ...[id, name, flags.join(' '), seeds.length, failed.length, mean, deviation, seconds, chosen ? 'yes' : 'no'],
        ...(chosen && test !== null ? [test.mean, test.deviation] : [null, null]),
      ];
    }),
  ]);
}

function trialsCsv({ trials, selected, test }: SweepSummary): string {
  const testAccuracy = (id: string, seed: number) =>
    id === selected ? test?.accuracies[test.seeds.indexOf(seed)] : null;
  const accuracies = ['validation accuracy', 'test accuracy'];
  return toCsv([
    ['id', 'configuration', 'seed', 'status', 'steps', 'best step', ...accuracies, 'seconds', 'run'],
    ...trials.map(({ id, name, seed, status, step, bestStep, accuracy, seconds, run }) => [
      id,
      name,
      seed,
      status,
      step,
      bestStep,
      accuracy,
      testAccuracy(id, seed) ?? null,
      seconds,
      run,
    ]),
  ]);
}
