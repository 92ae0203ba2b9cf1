import { join } from 'node:path';
import {
  type DataChoice,
  digestImages,
  makeFolders,
  type Network,
  named,
  removeEmptyFolders,
  sentence,
} from '@cifarlab/experiment';
import type { EventStream } from '@cifarlab/internals/event-stream';
import { acquireLock, type HeldLock, LockedError } from '@cifarlab/trainer/node';
import type { Plan } from '../plan/plan.js';
import type { CoreShare } from '../plan/share-cores.js';
import { selectConfiguration, summarizeConfigurations } from '../summary/select.js';
import { countFailures, makeSummary, type SweepSummary } from '../summary/summary.js';
import { writeSummary } from '../summary/write-summary.js';
import { SweepError } from '../sweep-error.js';
import { runTrials } from '../trials/run-trials.js';
import { type FinishedTest, testSelected } from '../trials/test-selected.js';
import { trialsOf } from '../trials/trial.js';
import type { TrialRunner } from '../trials/trial-runner.js';
import type { SweepEnd, SweepEvent } from './events.js';
import { type Tell, toldStream } from './told-stream.js';
import { startWallClock, type WallClock } from './wall-clock.js';

/** Options of {@link runSweep}. */
export interface RunSweepOptions extends CoreShare {
  /** What is trained. */
  plan: Plan;
  /** What runs a trial. */
  runner: TrialRunner;
  /** Folder of the sweep; one that has trials already is continued. */
  out: string;
  /** The images of all trials. Default: the cache, else a download. */
  data?: DataChoice | undefined;
  /** Whether the selected configuration is evaluated on the test images. Default: true. */
  test?: boolean | undefined;
  /** Ends the running trials in good order, and starts no more. */
  signal?: AbortSignal | undefined;
  /** What this work is called for others who find the folder in use: a command line, say. Default: nothing. */
  command?: string | undefined;
}

/** A sweep as a stream of events, with a result. */
export type SweepStream = EventStream<SweepEvent, SweepEnd>;

/**
 * Trains what is not trained yet, selects by validation accuracy, evaluates the selected configuration on the test
 * images, and writes the summary.
 *
 * The events, or the result, throw: SweepError, `in-use` when another sweep runs in the folder, `other-images` when its
 * trials are of other images; RecordError for the record of a trial that cannot be understood; Cifar10Error where the
 * images are not available; system errors where files cannot be written. A trial that fails is not an error: the summary
 * says so.
 *
 * @returns the sweep's events, with its result; nothing is done before they are asked for. Leaving a loop over the events
 *   interrupts the sweep, as its signal does.
 */
export function runSweep(options: RunSweepOptions): SweepStream {
  return toldStream((tell, left) => {
    const { signal = left } = options;
    return sweepInFolder({ ...options, signal: AbortSignal.any([signal, left]) }, tell);
  });
}

/** A sweep that can be interrupted. */
type Interruptible = RunSweepOptions & { signal: AbortSignal };

async function sweepInFolder(options: Interruptible, tell: Tell<SweepEvent>): Promise<SweepEnd> {
  const { out, command } = options;
  const made = await makeFolders(out);
  const lock = await lockFolder(out, command);
  try {
    const clock = await startWallClock(out);
    const summary = await runPlan(options, clock, tell).finally(() => clock.stop());
    if (summary !== undefined) await writeSummary(summary, out);
    const end: SweepEnd =
      summary === undefined ? { status: 'interrupted' } : { status: 'done', summary, failures: countFailures(summary) };
    tell({ type: 'end', end });
    return end;
  } finally {
    await lock.release();
    // Where no trial was begun, nothing of the sweep is left.
    await removeEmptyFolders(made);
  }
}

async function lockFolder(out: string, command: string | undefined): Promise<HeldLock> {
  try {
    return await acquireLock(join(out, 'sweep.lock'), command === undefined ? {} : { command });
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new SweepError(
      {
        code: 'in-use',
        value: out,
        rule: `another sweep runs in ${out}`,
        remedy: sentence`wait for its end or choose another folder with ${named('out')} (${error.message})`,
      },
      { cause: error },
    );
  }
}

/** @returns undefined after an interrupt. */
async function runPlan(
  { plan, out, runner, jobs, threads, data: choice = {}, test = true, signal }: Interruptible,
  clock: WallClock,
  tell: Tell<SweepEvent>,
): Promise<SweepSummary | undefined> {
  // Before any trial, so that the dataset is there for all of them, and what is wrong with it is said once.
  const data = await identifyData(plan.network, { choice, signal, tell });
  if (data === undefined) return undefined;
  const trials = await trialsOf(plan, out);
  tell({ type: 'trials', trials });
  const finished = await runTrials(trials, {
    ...{ network: plan.network, runner, jobs, data, signal },
    tell: (event) => tell(event, event.type === 'progress' ? event.trial : undefined),
  });
  if (signal.aborted) return undefined;
  const summaries = summarizeConfigurations(plan, finished);
  const selected = selectConfiguration(summaries, plan);
  const isTested = test && selected !== undefined;
  tell({ type: 'selected', configuration: selected?.configuration, isTested });
  let tests: FinishedTest[] | undefined;
  if (isTested) {
    const chosen = trials.filter(({ configuration }) => configuration === selected.configuration);
    tests = await testSelected(chosen, { runner, jobs, signal, tell });
    if (signal.aborted) return undefined;
  }
  const { seeds } = plan;
  const wallSeconds = clock.seconds();
  return makeSummary({ out, seeds, summaries, finished, selected, tests, jobs, threads, wallSeconds });
}

/**
 * Loads the images, and tells them apart from others, wherever they lie: by the first 16 digits of their content's digest.
 *
 * @returns undefined after an interrupt.
 */
async function identifyData(
  network: Network,
  { choice, signal, tell }: { choice: DataChoice; signal: AbortSignal; tell: Tell<SweepEvent> },
): Promise<string | undefined> {
  try {
    const digest = await digestImages(network, choice, { signal, onEvent: (event) => tell(event) });
    return signal.aborted ? undefined : digest.slice(0, 16);
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  }
}
