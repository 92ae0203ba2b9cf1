import { type DataChoice, makeFolders, removeEmptyFolders } from '@cifarlab/experiment';
import type { EventStream } from '@cifarlab/internals/event-stream';
import type { HeldLock } from '@cifarlab/trainer/node';
import type { Plan } from '../plan/plan.js';
import type { CoreShare } from '../plan/share-cores.js';
import { runSearch } from '../search/run-search.js';
import { isLedPlan, readSearch } from '../search/search-standing.js';
import type { OptunaOptions } from '../search/study.js';
import { countFailures, type SweepSummary } from '../summary/summary.js';
import { writeSummary } from '../summary/write-summary.js';
import { runTrials, type TrialEvent } from '../trials/run-trials.js';
import { trialsOf } from '../trials/trial.js';
import type { TrialRunner } from '../trials/trial-runner.js';
import { concludeSweep } from './conclude-sweep.js';
import type { SweepEnd, SweepEvent } from './events.js';
import { identifyData } from './identify-data.js';
import { lockSweep } from './lock-sweep.js';
import { type Tell, toldStream } from './told-stream.js';
import { startWallClock, type WallClock } from './wall-clock.js';

/** Options of {@link runSweep}. */
export interface RunSweepOptions extends CoreShare {
  /** The plan of the sweep. */
  plan: Plan;
  /** The runner of the trials. */
  runner: TrialRunner;
  /** Folder of the sweep; one that has trials already is continued. */
  out: string;
  /** The images of all trials. Default: the cache, else a download. */
  data?: DataChoice | undefined;
  /** Whether the selected configuration is evaluated on the test images. Default: true. */
  test?: boolean | undefined;
  /** Ends the running trials in good order, and starts no more. */
  signal?: AbortSignal | undefined;
  /** Name of this work for others who find the folder in use: a command line, say. Default: none. */
  command?: string | undefined;
  /** The process that leads a search which has one: see {@link LedSearch}. Default: Python with Optuna. */
  optuna?: OptunaOptions | undefined;
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
  const lock = await lockSweep(out, command);
  try {
    const clock = await startWallClock(out);
    const summary = await runPlan(options, { clock, lock }, tell).finally(() => clock.stop());
    if (summary !== undefined) {
      await lock.check();
      await writeSummary(summary, out);
    }
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

/** @returns undefined after an interrupt. */
async function runPlan(
  { plan, out, runner, jobs, threads, data: choice = {}, test = true, signal, optuna }: Interruptible,
  { clock, lock }: { clock: WallClock; lock: HeldLock },
  tell: Tell<SweepEvent>,
): Promise<SweepSummary | undefined> {
  // Before any trial, so that the dataset is there for all of them, and what is wrong with it is said once.
  const data = await identifyData(plan.network, { choice, signal, tell });
  if (data === undefined) return undefined;
  const tellTrial = (event: TrialEvent) => tell(event, event.type === 'progress' ? event.trial : undefined);
  const options = { network: plan.network, runner, jobs, data, signal, lock, tell: tellTrial };
  const conclusion = { out, runner, jobs, threads, test, signal, clock, lock, tell };
  if (isLedPlan(plan)) {
    const before = await readSearch(plan, out);
    tell({ type: 'trials', trials: before.swept.trials });
    await runSearch({ ...options, plan, out, optuna });
    if (signal.aborted) return undefined;
    const searched = await readSearch(plan, out);
    return concludeSweep(searched.swept, { ...conclusion, plan: searched.plan });
  }
  const trials = await trialsOf(plan, out);
  tell({ type: 'trials', trials });
  const finished = await runTrials(trials, options);
  if (signal.aborted) return undefined;
  return concludeSweep({ trials, finished, missing: [] }, { ...conclusion, plan });
}
