import { join } from 'node:path';
import { makeFolders, removeEmptyFolders } from '@cifarlab/experiment';
import { acquireLock, LockedError, withInterrupt } from '@cifarlab/trainer/node';
import type { DataFlags } from '../commands/data-options.js';
import { loadDataset } from '../dataset.js';
import { CliError, type ExitCode, exitCodes } from '../errors.js';
import { type Io, printNote, printResult } from '../io.js';
import { dataFingerprint } from './data-fingerprint.js';
import type { Plan } from './plan.js';
import { runTrials } from './run-trials.js';
import { selectConfiguration, summarizeConfigurations } from './select.js';
import { makeSummary, type SweepSummary } from './summary.js';
import { type FinishedTest, testSelected } from './test-selected.js';
import { type Trial, trialsOf } from './trial.js';
import type { TrialRunner } from './trial-runner.js';
import { createSweepView, type SweepView } from './view.js';
import { startWallClock, type WallClock } from './wall-clock.js';
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
  const { out, plan, json } = options;
  const made = await makeFolders(out);
  const release = await lockFolder(out);
  try {
    const clock = await startWallClock(out);
    const trials = await trialsOf(plan, out);
    const view = createSweepView(io.stderr, trials.length);
    const summary = await withInterrupt((signal) => runSweep(options, { trials, view, clock, signal }, io), {
      onInterrupt: () => view.note('Interrupted: running trials finish their step and save (again to stop at once) …'),
    }).finally(() => clock.stop());
    if (summary === undefined) {
      printNote(io, 'Interrupted: run the same command again to continue.');
      return exitCodes.interrupted;
    }
    await writeSummary(summary, out);
    const lines = json ? [JSON.stringify(summary)] : [...summaryLines(summary), `summary ${join(out, 'summary.md')}`];
    for (const line of lines) printResult(io, line);
    const failed = summary.trials.some(({ status }) => status === 'failed') || (summary.test?.failed.length ?? 0) > 0;
    return failed ? exitCodes.failed : exitCodes.done;
  } finally {
    await release();
    // Where no trial was begun, nothing of the sweep is left.
    await removeEmptyFolders(made);
  }
}

async function lockFolder(out: string): Promise<() => Promise<void>> {
  try {
    return await acquireLock(join(out, 'sweep.lock'), { command: 'cifarlab sweep' });
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new CliError(
      `another sweep runs in ${out}; wait for its end or choose another folder with --out (${error.message})`,
      { cause: error },
    );
  }
}

/** A sweep under way. */
interface Progress {
  trials: readonly Trial[];
  view: SweepView;
  clock: WallClock;
  signal: AbortSignal;
}

/** @returns undefined after an interrupt. */
async function runSweep(
  options: SweepOptions,
  { trials, view, clock, signal }: Progress,
  io: Io,
): Promise<SweepSummary | undefined> {
  const { plan, out, runner, jobs, threads, test } = options;
  // Before any trial, so that the dataset is there for all of them, and what is wrong with it is said once.
  const images = await loadDataset(options, io, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  if (images === undefined || signal.aborted) return undefined;
  const data = dataFingerprint(images);
  const finished = await runTrials(trials, { runner, observer: view, jobs, data, signal }).finally(() => view.done());
  if (signal.aborted) return undefined;
  const summaries = summarizeConfigurations(plan, finished);
  const selected = selectConfiguration(summaries, plan);
  let tests: FinishedTest[] | undefined;
  if (test && selected !== undefined) {
    printNote(io, `evaluating on the test images: ${selected.configuration.name}`);
    const chosen = trials.filter(({ configuration }) => configuration === selected.configuration);
    tests = await testSelected(chosen, { runner, jobs, signal });
    if (signal.aborted) return undefined;
  }
  const { seeds } = plan;
  const wallSeconds = clock.seconds();
  return makeSummary({ out, seeds, summaries, finished, selected, tests, jobs, threads, wallSeconds });
}
