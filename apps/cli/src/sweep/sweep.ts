import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withInterrupt } from '@cifarlab/trainer/node';
import type { DataFlags } from '../commands/data-options.js';
import { loadDataset } from '../dataset.js';
import { CliError, type ExitCode, exitCodes } from '../errors.js';
import { type Io, printNote, printResult } from '../io.js';
import { openRunFolder } from '../run-folder.js';
import { dataFingerprint } from './data-fingerprint.js';
import { acquireLock, LockedError } from './lock.js';
import type { Plan } from './plan.js';
import { runTrials } from './run-trials.js';
import { selectConfiguration, summarizeConfigurations } from './select.js';
import { makeSummary, type SweepSummary } from './summary.js';
import { testSelected } from './test-selected.js';
import { trialsOf } from './trial.js';
import type { TrialRunner } from './trial-runner.js';
import { createSweepView } from './view.js';
import { startWallClock } from './wall-clock.js';
import { summaryLines, writeSummary } from './write-summary.js';

/** Options of {@link sweep}. */
export interface SweepOptions extends DataFlags {
  plan: Plan;
  /** The sweep's folder. */
  out: string;
  runner: TrialRunner;
  /** Trials at a time, and threads of each. */
  jobs: number;
  threads: number;
  /** Whether the selected configuration is evaluated on the test images. */
  test: boolean;
  json: boolean;
}

/**
 * Trains what is not trained yet, selects by validation accuracy, evaluates the selected configuration on the test
 * images, and writes and prints the summary.
 *
 * @throws CliError when another sweep runs in the folder, or the folder's trials are of other images.
 */
export async function sweep(options: SweepOptions, io: Io): Promise<ExitCode> {
  const { out } = options;
  await mkdir(out, { recursive: true });
  const release = await lockFolder(out);
  try {
    const summary = await withInterrupt((signal) => runSweep(options, signal, io), {
      onInterrupt: () =>
        printNote(io, 'Interrupted: the running trials finish their step and save (again to stop at once) …'),
    });
    if (summary === undefined) {
      printNote(io, 'Interrupted: the same command again goes on from here.');
      return exitCodes.interrupted;
    }
    await writeSummary(summary, out);
    for (const line of options.json
      ? [JSON.stringify(summary)]
      : [...summaryLines(summary), `summary ${join(out, 'summary.md')}`]) {
      printResult(io, line);
    }
    const failed = summary.trials.some(({ status }) => status === 'failed') || (summary.test?.failed.length ?? 0) > 0;
    return failed ? exitCodes.failed : exitCodes.done;
  } finally {
    await release();
  }
}

async function lockFolder(out: string): Promise<() => Promise<void>> {
  try {
    return await acquireLock(join(out, 'sweep.lock'));
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new CliError(
      `another sweep runs in ${out} (${error.message}); wait for its end, choose another folder with --out, or remove that file if there is no such process`,
      { cause: error },
    );
  }
}

/** @returns undefined after an interrupt. */
async function runSweep(options: SweepOptions, signal: AbortSignal, io: Io): Promise<SweepSummary | undefined> {
  const { plan, out, runner, jobs, threads, test } = options;
  const clock = await startWallClock(out);
  // Before any trial, so that the dataset is there for all of them, and what is wrong with it is said once.
  const data = dataFingerprint(await loadDataset(options, {}, io));
  const trials = await trialsOf(plan, out);
  const view = createSweepView(io.stderr, trials.length);
  const finished = await runTrials(trials, { runner, observer: view, jobs, data, signal }).finally(() => view.done());
  await clock.note();
  if (signal.aborted) return undefined;
  const summaries = summarizeConfigurations(plan, finished);
  const selected = selectConfiguration(summaries, plan);
  const chosen = trials.filter(({ configuration }) => configuration === selected?.configuration);
  const tests = test && selected !== undefined ? await testSelected(chosen, { runner, jobs, signal }) : undefined;
  await clock.note();
  if (signal.aborted) return undefined;
  const done = finished.filter(({ record }) => record.status === 'done');
  const configs = await Promise.all(done.map(async ({ trial }) => (await openRunFolder(trial.files.run)).config));
  const wallSeconds = clock.seconds();
  return makeSummary({
    out,
    seeds: plan.seeds,
    summaries,
    finished,
    selected,
    tests,
    configs,
    jobs,
    threads,
    wallSeconds,
  });
}
