import { toCsv } from './csv.js';
import type { SweepSummary } from './summary.js';

/** Returns a table with a row for each configuration, as CSV. */
export function summaryCsv({ configurations, selected, test }: SweepSummary): string {
  return toCsv([
    [
      ...['id', 'configuration', 'flags', 'seeds', 'failed', 'mean', 'deviation', 'seconds', 'selected'],
      ...['test mean', 'test deviation'],
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

/** Returns a table with a row for each trial, as CSV. */
export function trialsCsv({ trials, selected, test }: SweepSummary): string {
  const testAccuracy = (id: string, seed: number) =>
    id === selected ? test?.accuracies[test.seeds.indexOf(seed)] : null;
  return toCsv([
    [
      ...['id', 'configuration', 'seed', 'status', 'steps', 'best step', 'validation accuracy', 'test accuracy'],
      ...['seconds', 'run'],
    ],
    ...trials.map(({ id, name, seed, status, step, bestStep, accuracy, seconds, run }) => [
      ...[id, name, seed, status, step, bestStep, accuracy],
      ...[testAccuracy(id, seed) ?? null, seconds, run],
    ]),
  ]);
}
