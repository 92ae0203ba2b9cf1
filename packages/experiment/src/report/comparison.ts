import type { ReportBlock } from '@cifarlab/plots';
import type { RecordedRun } from './curves.js';
import { hardwareOf, type ReportedRun, settingsOf, timeText } from './run-blocks.js';
import { type Score, summarise } from './summary.js';

/** Returns a table of the results of the runs, one a row. */
export function resultsTable(runs: readonly (RecordedRun & Partial<Pick<ReportedRun, 'findings'>>)[]): ReportBlock {
  const summaries = runs.map((run) => ({ run, ...summarise(run) }));
  const validated = summaries.some(({ best }) => best !== undefined);
  const accuracy = (score: Score | undefined) => score?.accuracy.toFixed(4) ?? '–';
  const rows = summaries.map(({ run, steps, seconds, test, best }) => [
    run.curves.name,
    run.config.model,
    steps,
    timeText(seconds),
    accuracy(test),
    test?.loss.toFixed(4) ?? '–',
    ...(validated ? [accuracy(best?.validation), best?.validation.step ?? '–', accuracy(best?.test)] : []),
  ]);
  const columns = [
    ...['run', 'network', 'steps', 'time', 'final test accuracy', 'final test loss'],
    ...(validated ? ['best validation accuracy', 'at step', 'test accuracy there'] : []),
  ];
  return { kind: 'table', caption: 'Results', columns, rows, rowHeadings: true };
}

/** Returns the settings that are not the same in all runs, and the hardware and versions where they are not. */
export function differencesTables(runs: readonly RecordedRun[]): ReportBlock[] {
  return [
    ...differences('Settings that differ', 'setting', runs, settingsOf),
    ...differences('Hardware that differs', 'part', runs, hardwareOf),
    ...differences('Versions that differ', 'software', runs, (run) => sharedVersions(run, runs)),
  ];
}

/** Returns the versions of packages that take part in all runs: different packages make networks of different kinds. */
function sharedVersions({ config }: RecordedRun, runs: readonly RecordedRun[]): Record<string, string> {
  const shared = ([name]: [string, string]) => runs.every((run) => Object.hasOwn(run.config.versions, name));
  return Object.fromEntries(Object.entries(config.versions).filter(shared));
}

/** @returns no table where nothing differs. */
function differences(
  caption: string,
  heading: string,
  runs: readonly RecordedRun[],
  valuesOf: (run: RecordedRun) => Record<string, unknown>,
): ReportBlock[] {
  const values = runs.map(valuesOf);
  const keys = [...new Set(values.flatMap((one) => Object.keys(one)))];
  const rows = keys
    .map((key) => [key, ...values.map((one) => text(one[key]))])
    .filter(([, first, ...others]) => others.some((other) => other !== first));
  if (rows.length === 0) return [];
  const names = runs.map(({ curves }) => curves.name);
  // The longer list goes down, where a page has room.
  const table =
    rows.length >= names.length
      ? { columns: [heading, ...names], rows }
      : {
          columns: ['run', ...rows.map(([key]) => key!)],
          rows: names.map((name, run) => [name, ...rows.map((row) => row[run + 1]!)]),
        };
  return [{ kind: 'table', caption, rowHeadings: true, ...table }];
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return String(value);
}
