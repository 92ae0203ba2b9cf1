import { access } from 'node:fs/promises';
import { named, sentence } from '@cifarlab/experiment';
import type { Plan } from '../plan/plan.js';
import { isLedPlan, readSearch } from '../search/search-standing.js';
import { countFailures, type MissingTrial, type SweepSummary } from '../summary/summary.js';
import { writeSummary } from '../summary/write-summary.js';
import { SweepError } from '../sweep-error.js';
import { type FinishedTrial, requireSameImages } from '../trials/run-trials.js';
import { trialsOf } from '../trials/trial.js';
import { readTrialRecord } from '../trials/trial-record.js';
import { concludeSweep, type SweptTrials } from './conclude-sweep.js';
import type { SweepEnd, SweepEvent } from './events.js';
import { lockSweep } from './lock-sweep.js';
import type { RunSweepOptions, SweepStream } from './run-sweep.js';
import { type Tell, toldStream } from './told-stream.js';
import { startWallClock } from './wall-clock.js';

/**
 * Sums up a sweep whose trials others have trained, each by `runTask`: selects by validation accuracy, evaluates the
 * selected configuration on the test images, and writes the summary. Trials that are missing are named in it; the test
 * images are left alone then.
 *
 * The events, or the result, throw: SweepError, `no-trials` when there is no sweep in the folder, `in-use` when another
 * sweep runs in it, `other-images` when its trials are of different images; RecordError for the record of a trial that
 * cannot be understood; system errors where files cannot be written.
 *
 * @returns the events, with the result; nothing is done before they are asked for. No trial is begun.
 */
export function collectSweep(options: RunSweepOptions): SweepStream {
  return toldStream((tell, left) => {
    const { signal = left } = options;
    return collect({ ...options, signal: AbortSignal.any([signal, left]) }, tell);
  });
}

async function collect(
  { plan, out, runner, jobs, threads, test = true, signal, command }: RunSweepOptions & { signal: AbortSignal },
  tell: Tell<SweepEvent>,
): Promise<SweepEnd> {
  await requireTrials(out);
  const lock = await lockSweep(out, command);
  try {
    const clock = await startWallClock(out);
    const conclude = async (): Promise<SweepSummary | undefined> => {
      const { plan: known, swept } = isLedPlan(plan) ? await readSearch(plan, out) : await readPlan(plan, out);
      tell({ type: 'trials', trials: swept.trials });
      for (const { trial, record } of swept.finished) tell({ type: 'kept', trial, record });
      return concludeSweep(swept, { plan: known, out, runner, jobs, threads, test, signal, clock, lock, tell });
    };
    const summary = await conclude().finally(() => clock.stop());
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
  }
}

async function requireTrials(out: string): Promise<void> {
  try {
    await access(out);
  } catch (error) {
    throw new SweepError(
      {
        code: 'no-trials',
        place: out,
        rule: 'does not exist, so no trial of the sweep was trained there',
        remedy: sentence`train its trials with ${named('task')} first, or give the folder with ${named('out')}`,
      },
      { cause: error },
    );
  }
}

async function readPlan(plan: Plan, out: string): Promise<{ plan: Plan; swept: SweptTrials }> {
  const trials = await trialsOf(plan, out);
  const finished: FinishedTrial[] = [];
  const missing: MissingTrial[] = [];
  let data: string | undefined;
  for (const [task, trial] of trials.entries()) {
    const record = await readTrialRecord(trial.files);
    data ??= record?.data;
    if (record !== undefined) requireSameImages(trial, record, data!);
    if (record?.status === 'done' || record?.status === 'failed') finished.push({ trial, record });
    else {
      const { configuration, seed } = trial;
      const { id, name } = configuration;
      missing.push({ task, id, name, seed, status: record?.status ?? 'not started' });
    }
  }
  return { plan, swept: { trials, finished, missing } };
}
