import {
  type DataChoice,
  type DataEvent,
  makeFolders,
  named,
  removeEmptyFolders,
  sentence,
} from '@cifarlab/experiment';
import type { EventStream } from '@cifarlab/internals/event-stream';
import {
  acquireLock,
  type HeldLock,
  LockedError,
  type LockOwner,
  runFolder,
  waitForRelease,
} from '@cifarlab/trainer/node';
import type { Plan } from '../plan/plan.js';
import { SweepError } from '../sweep-error.js';
import { orphanPatience } from '../trials/orphan-patience.js';
import { requireSameImages, type TrialEvent } from '../trials/run-trials.js';
import { trainTrial } from '../trials/train-trial.js';
import { type Trial, trialsOf } from '../trials/trial.js';
import { readTrialRecord } from '../trials/trial-record.js';
import type { TrialRunner } from '../trials/trial-runner.js';
import type { TrialRecord } from '../trials/trial-schema.js';
import { identifyData } from './identify-data.js';
import { sweepLock } from './lock-sweep.js';
import { type Tell, toldStream } from './told-stream.js';

/** Options of {@link runTask}. */
export interface RunTaskOptions {
  /** The plan of the sweep. */
  plan: Plan;
  /** The number of the trial, from 0, in the order of the plan: seed by seed. */
  task: number;
  /** The runner of the trial. */
  runner: TrialRunner;
  /** Folder of the sweep, which other tasks may use at the same time. */
  out: string;
  /** The images of all trials. Default: the cache, else a download. */
  data?: DataChoice | undefined;
  /** Ends the trial in good order. */
  signal?: AbortSignal | undefined;
  /** Name of this work for others who find the trial in use: a command line, say. Default: none. */
  command?: string | undefined;
  /** Seconds for which other machines respect the trial's lock while this process does not renew it. Default: 60. */
  leaseSeconds?: number | undefined;
}

/** Event when a process of another machine seems to hold the trial; whether it still runs is known after its lease. */
export interface WatchedEvent {
  type: 'watched';
  /** The process. */
  owner: LockOwner;
}

/** An event of a task: `data`, `watched`, then `kept`, or `started`, `progress` and `ended`. */
export type TaskEvent = DataEvent | WatchedEvent | TrialEvent;

/** End of a task. */
export interface TaskEnd {
  /** Status of the trial; after `interrupted` the same task, run again, continues from there. */
  status: 'done' | 'failed' | 'interrupted';
  /** The trial. */
  trial: Trial;
  /** Record of the trial; undefined if it was interrupted before it began. */
  record: TrialRecord | undefined;
}

/** One trial of a sweep as a stream of events, with a result. */
export type TaskStream = EventStream<TaskEvent, TaskEnd>;

/**
 * Trains one trial of a sweep, or goes on with it, and nothing else: so that a scheduler can run the trials as the tasks of
 * an array, on machines that share the folder. `collectSweep` sums up. A trial that is done is left as it is.
 *
 * The events, or the result, throw: SweepError, `task` for a number that no trial has, `in-use` when another process trains
 * the trial, or a whole sweep runs in the folder, `other-images` when the trial is of other images; RecordError for its
 * record when that cannot be understood; LockLostError when this process was stopped and another trains the trial by now;
 * Cifar10Error where the images are not available; system errors where files cannot be written.
 *
 * @returns the events, with the result; nothing is done before they are asked for.
 */
export function runTask(options: RunTaskOptions): TaskStream {
  requireTask(options.plan, options.task);
  return toldStream((tell, left) => {
    const { signal = left } = options;
    return taskInFolder({ ...options, signal: AbortSignal.any([signal, left]) }, tell);
  });
}

/** @throws SweepError, `task`, for a number that no trial has. */
export function requireTask({ configurations, seeds }: Plan, task: number): void {
  const trials = configurations.length * seeds.length;
  if (Number.isSafeInteger(task) && task >= 0 && task < trials) return;
  throw new SweepError({
    code: 'task',
    value: task,
    rule: sentence`${named('task', task)} is not the number of a trial`,
    remedy: `the sweep has ${trials}, from 0 to ${trials - 1}`,
  });
}

type Interruptible = RunTaskOptions & { signal: AbortSignal };

async function taskInFolder(options: Interruptible, tell: Tell<TaskEvent>): Promise<TaskEnd> {
  const { plan, task, out, data: choice = {}, signal } = options;
  const data = await identifyData(plan.network, { choice, signal, tell });
  const trial = (await trialsOf(plan, out))[task]!;
  if (data === undefined) return { status: 'interrupted', trial, record: undefined };
  const { files } = trial;
  const made = await makeFolders(files.folder);
  try {
    const lock = await lockTrial(trial, options, (owner) => tell({ type: 'watched', owner }));
    try {
      return await trainOnce(trial, { ...options, data, lock }, tell);
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    return { status: 'interrupted', trial, record: undefined };
  } finally {
    await removeEmptyFolders(made);
  }
}

/** @throws SweepError, `in-use`; what the signal was aborted with. */
async function lockTrial(
  { files }: Trial,
  { out, task, signal, command, leaseSeconds }: Interruptible,
  onWatch: (owner: LockOwner) => void,
): Promise<HeldLock> {
  let lock: HeldLock | undefined;
  try {
    lock = await acquireLock(files.lock, {
      ...{ signal, onWatch },
      ...(command === undefined ? {} : { command }),
      ...(leaseSeconds === undefined ? {} : { leaseSeconds }),
    });
    // A sweep looks for the trial's lock while it holds its own, so that one of the two sees the other.
    await waitForRelease(sweepLock(out), { patienceSeconds: orphanPatience, signal, onWatch });
    await waitForRelease(runFolder(files.run).lock, { signal, onWatch });
    return lock;
  } catch (error) {
    await lock?.release();
    if (!(error instanceof LockedError)) throw error;
    throw new SweepError(
      {
        code: 'in-use',
        value: task,
        rule: sentence`${named('task', task)} is in use`,
        remedy: `wait for its end (${error.message})`,
      },
      { cause: error },
    );
  }
}

async function trainOnce(
  trial: Trial,
  { plan, runner, signal, data, lock }: Interruptible & { data: string; lock: HeldLock },
  tell: Tell<TaskEvent>,
): Promise<TaskEnd> {
  const before = await readTrialRecord(trial.files);
  if (before !== undefined) requireSameImages(trial, before, data);
  if (before?.status === 'done') {
    tell({ type: 'kept', trial, record: before });
    return { status: 'done', trial, record: before };
  }
  const record = await trainTrial(trial, {
    ...{ network: plan.network, runner, data, signal, lock },
    onStart: (resumed) => tell({ type: 'started', trial, resumed }),
    onProgress: (progress) => tell({ type: 'progress', trial, progress }, trial),
  });
  tell({ type: 'ended', trial, record });
  return { status: record.status === 'running' ? 'interrupted' : record.status, trial, record };
}
