import { formatDuration } from '@cifarlab/experiment';
import { describeFailure } from '../trials/describe-failure.js';
import { plural } from './plural.js';
import type { SweepSummary } from './summary.js';

/** A table to be set by whoever shows it. */
export interface SummaryTable {
  /** The headings; numbers are set flush right. */
  columns: readonly { name: string; isNumber: boolean }[];
  /** A cell for each column. */
  rows: readonly (readonly string[])[];
}

/** Returns the configurations as a table, from the highest mean accuracy on the validation images down. */
export function summaryTable({ configurations, seeds }: SweepSummary): SummaryTable {
  return {
    columns: ['configuration', 'seeds', 'validation', 'deviation', 'time'].map((name) => ({
      name,
      isNumber: name !== 'configuration',
    })),
    rows: configurations.map(({ name, seeds: done, failed, mean, deviation, seconds }) => [
      name,
      failed.length > 0 || done.length < seeds.length ? `${done.length} of ${seeds.length}` : String(done.length),
      mean === null ? '-' : mean.toFixed(4),
      deviation === null ? '-' : deviation.toFixed(4),
      formatDuration(seconds),
    ]),
  };
}

/** Says in lines which trials failed or are missing, which configuration was selected, and what the test images gave for it. */
export function selectionLines({ configurations, selected, test, trials, missing }: SweepSummary): string[] {
  const lines = trials.flatMap(({ name, seed, failure }) =>
    failure === null ? [] : [`failed: ${name}, seed ${seed} ${describeFailure(failure)}`],
  );
  const pruned = configurations.filter((one) => one.pruned.length > 0).length;
  if (pruned > 0) lines.push(`pruned: ${pruned} of ${plural(configurations.length, 'configuration')}`);
  for (const { task, name, seed, status } of missing)
    lines.push(`missing: task ${task}, ${name}, seed ${seed} (${status})`);
  const chosen = configurations.find(({ id }) => id === selected);
  if (chosen === undefined) {
    const what = missing.length > 0 ? 'failed or is missing' : 'failed';
    return [...lines, `selected: none, because every configuration ${what} with at least one seed`];
  }
  if (missing.length > 0) {
    return [...lines, `selected so far: ${chosen.name}; the test images are for the one that is selected among all`];
  }
  lines.push(`selected: ${chosen.name}`);
  if (test === null) return lines;
  if (test.mean !== null) {
    const deviation = test.deviation === null ? '' : ` ± ${test.deviation.toFixed(4)}`;
    lines.push(`test accuracy ${test.mean.toFixed(4)}${deviation} over ${plural(test.seeds.length, 'seed')}`);
  }
  return [...lines, ...test.failed.map(({ seed, failure }) => `not tested: seed ${seed} ${describeFailure(failure)}`)];
}
