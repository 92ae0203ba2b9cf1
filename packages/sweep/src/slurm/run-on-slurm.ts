import { makeFolders, named, removeEmptyFolders, sentence } from '@cifarlab/experiment';
import type { EventStream } from '@cifarlab/internals/event-stream';
import { acquireLock, type HeldLock, LockedError, waitForRelease } from '@cifarlab/trainer/node';
import type { Plan } from '../plan/plan.js';
import { identifyData } from '../run/identify-data.js';
import { sweepLock } from '../run/lock-sweep.js';
import { type Tell, toldStream } from '../run/told-stream.js';
import { SweepError } from '../sweep-error.js';
import { requireSameImages } from '../trials/run-trials.js';
import type { SlurmEnd, SlurmEvent } from './events.js';
import { type NumberedTrial, readTrials, type WatchedTrial } from './numbered-trial.js';
import type { RunOnSlurmOptions } from './options.js';
import { isLive, type QueueEntry } from './queue.js';
import { listTasks, type SlurmJob } from './slurm-commands.js';
import { slurmFiles, taskName } from './slurm-files.js';
import { scriptOf, submitTrials } from './submit-trials.js';
import { readJobs, type SubmittedJob, taskOf } from './submitted-jobs.js';
import { watchTrials } from './watch-trials.js';

/** A sweep on Slurm as a stream of events, with a result. */
export type SlurmStream = EventStream<SlurmEvent, SlurmEnd>;

/**
 * Trains a sweep as an array of Slurm, a task for each trial that is not trained yet, and watches it to its end. What is in
 * the queue already from an earlier call is not submitted again. How far a trial is, its record on the shared disk says;
 * whether its task still waits or runs, squeue does; accounting is not needed. `collectSweep` sums up.
 *
 * Throws SweepError, `plan`, for a search that Optuna leads. The events, or the result, throw: SweepError, `no-slurm` where Slurm's programs are not there, `slurm` when the queue
 * refuses, `slurm-flag` for what a job script cannot say, `in-use` when another process watches the sweep or trains it on
 * this machine, `other-images` when its trials are of other images; RecordError for a record that cannot be understood;
 * Cifar10Error where the images are not available; system errors where files cannot be written.
 *
 * @returns the events, with the result; nothing is done before they are asked for. Leaving a loop over the events ends the
 *   watching, and leaves the jobs to themselves.
 */
export function runOnSlurm(options: RunOnSlurmOptions): SlurmStream {
  requireNumbered(options.plan);
  return toldStream((tell, left) => {
    const { signal = left } = options;
    return runInFolder({ ...options, signal: AbortSignal.any([signal, left]) }, tell);
  });
}

/**
 * Writes the job script that `runOnSlurm` would submit, of the trials that are not trained yet, and submits nothing.
 *
 * @returns undefined where all are trained.
 * @throws SweepError, `slurm-flag`, for what a job script cannot say; `plan`, for a search that Optuna leads.
 */
export async function slurmScript(options: RunOnSlurmOptions): Promise<string | undefined> {
  requireNumbered(options.plan);
  const trials = await readTrials(options);
  const tasks = trials.filter(({ record }) => record?.status !== 'done').map(({ task }) => task);
  return tasks.length === 0 ? undefined : scriptOf(options, tasks).script;
}

/** @throws SweepError, `plan`: what a task of a led search trains is not known when it is submitted. */
function requireNumbered({ search }: Plan): void {
  if (search === undefined) return;
  throw new SweepError({
    code: 'plan',
    value: search.sampler,
    rule: 'what a search that Optuna leads will train is not known before, so its trials cannot be watched in the queue',
    remedy: sentence`submit an array of ${search.trials} tasks yourself, each with ${named('task')} and its number, or the whole sweep as one job`,
  });
}

type Interruptible = RunOnSlurmOptions & { signal: AbortSignal };

async function runInFolder(options: Interruptible, tell: Tell<SlurmEvent>): Promise<SlurmEnd> {
  const { out, signal } = options;
  const files = slurmFiles(out);
  const made = await makeFolders(files.folder);
  try {
    const lock = await lockWatch(options);
    try {
      const trials = await readTrials(options);
      tell({ type: 'trials', trials: trials.map(({ trial }) => trial) });
      const { waiting, watched, jobs } = sortTrials(trials, await queuedJobs(files.jobs), tell);
      if (watched.length > 0) tell({ type: 'attached', jobs: liveJobs(watched), tasks: watched.length });
      if (waiting.length > 0) {
        const isReady = await checkImages(trials, options, tell);
        if (!isReady || signal.aborted) return { status: 'left', jobs: liveJobs(watched) };
        watched.push(...(await submitTrials(waiting, { ...options, jobs }, tell)));
      }
      return await watchTrials(watched, options, tell);
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    return { status: 'left', jobs: [] };
  } finally {
    await removeEmptyFolders(made);
  }
}

/** The jobs of earlier calls, with their entries in the queue. */
interface QueuedJobs {
  jobs: SubmittedJob[];
  queue: Map<string, QueueEntry>;
}

async function queuedJobs(file: string): Promise<QueuedJobs> {
  const jobs = await readJobs(file);
  return { jobs, queue: jobs.length === 0 ? new Map() : await listTasks(jobs) };
}

/** Tells trials that are trained from those that are in the queue, and those from the ones that are to be submitted. */
function sortTrials(trials: readonly NumberedTrial[], { jobs, queue }: QueuedJobs, tell: Tell<SlurmEvent>) {
  const waiting: NumberedTrial[] = [];
  const watched: WatchedTrial[] = [];
  for (const numbered of trials) {
    const { trial, record } = numbered;
    if (record?.status === 'done') {
      tell({ type: 'kept', trial, record });
      continue;
    }
    const ofTrial = jobs.flatMap((job) => {
      const submitted = taskOf(job, trial);
      return submitted === undefined ? [] : [{ job, submitted }];
    });
    const live = ofTrial.findLast(({ job, submitted }) => isLive(queue.get(taskName(job, submitted.task))));
    if (live === undefined) waiting.push(numbered);
    else watched.push({ ...numbered, ...live, jobs: ofTrial.length });
  }
  return { waiting, watched, jobs };
}

function liveJobs(watched: readonly WatchedTrial[]): SlurmJob[] {
  const jobs = new Map(watched.map(({ job: { id, cluster } }) => [id, { id, cluster }]));
  return [...jobs.values()];
}

/** Loads the images here, so that they are there for all tasks, and errors in them are reported once. */
async function checkImages(
  trials: readonly NumberedTrial[],
  { plan, data: choice = {}, signal }: Interruptible,
  tell: Tell<SlurmEvent>,
): Promise<boolean> {
  const data = await identifyData(plan.network, { choice, signal, tell });
  if (data === undefined) return false;
  for (const { trial, record } of trials) if (record !== undefined) requireSameImages(trial, record, data);
  return true;
}

/** @throws SweepError, `in-use`; what the signal was aborted with. */
async function lockWatch({ out, signal, description }: Interruptible): Promise<HeldLock> {
  const command = description === undefined ? {} : { command: description };
  let lock: HeldLock | undefined;
  try {
    lock = await acquireLock(slurmFiles(out).lock, { signal, ...command });
    await waitForRelease(sweepLock(out), { signal });
    return lock;
  } catch (error) {
    await lock?.release();
    if (!(error instanceof LockedError)) throw error;
    throw new SweepError(
      {
        code: 'in-use',
        value: out,
        rule: `another process runs or watches the sweep in ${out}`,
        remedy: sentence`wait for its end or choose another folder with ${named('out')} (${error.message})`,
      },
      { cause: error },
    );
  }
}
