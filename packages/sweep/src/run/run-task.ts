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
import { countPieces } from '../plan/count-trials.js';
import type { Plan } from '../plan/plan.js';
import { readProposals, searchFiles } from '../search/proposals.js';
import { openSearch, proposalLock } from '../search/run-search.js';
import { isLedPlan, type LedPlan, ProposedConfigurations } from '../search/search-standing.js';
import type { OptunaOptions } from '../search/study.js';
import { trainProposal } from '../search/train-proposal.js';
import { Turns } from '../search/turns.js';
import { SweepError } from '../sweep-error.js';
import { orphanPatience } from '../trials/orphan-patience.js';
import { type FinishedTrial, requireSameImages, type TrialEvent } from '../trials/run-trials.js';
import { type TrainTrialOptions, trainTrial } from '../trials/train-trial.js';
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
  /** The number of the trial, from 0, in the order of the plan: seed by seed; of a search that is led, of the proposal. */
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
  /** The process that leads a search which has one. Default: Python with Optuna. */
  optuna?: OptunaOptions | undefined;
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
  status: 'done' | 'failed' | 'pruned' | 'interrupted';
  /** The trial; of a search the latest of the task, undefined if it was interrupted before the search had proposed one. */
  trial: Trial | undefined;
  /** Record of the trial; undefined if it was interrupted before it began. */
  record: TrialRecord | undefined;
}

/** One trial of a sweep as a stream of events, with a result. */
export type TaskStream = EventStream<TaskEvent, TaskEnd>;

/**
 * Trains one trial of a sweep, or goes on with it, and nothing else: so that a scheduler can run the trials as the tasks of
 * an array, on machines that share the folder. Of a search that is led, a task is a configuration with every seed. `collectSweep` sums up. A trial that is done is left as it is.
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

/** @throws SweepError, `task`, for a number that no trial has, or no configuration of a search. */
export function requireTask(plan: Plan, task: number): void {
  const trials = countPieces(plan);
  if (Number.isSafeInteger(task) && task >= 0 && task < trials) return;
  throw new SweepError({
    code: 'task',
    value: task,
    rule: sentence`${named('task', task)} is not the number of a ${plan.search === undefined ? 'trial' : 'configuration'}`,
    remedy: `the sweep has ${trials}, from 0 to ${trials - 1}`,
  });
}

type Interruptible = RunTaskOptions & { signal: AbortSignal };

async function taskInFolder(options: Interruptible, tell: Tell<TaskEvent>): Promise<TaskEnd> {
  const { plan, task, out, data: choice = {}, signal } = options;
  const data = await identifyData(plan.network, { choice, signal, tell });
  const trial = isLedPlan(plan) ? undefined : (await trialsOf(plan, out))[task]!;
  const interrupted: TaskEnd = { status: 'interrupted', trial, record: undefined };
  if (data === undefined) return interrupted;
  try {
    if (isLedPlan(plan)) return await searchTask({ ...options, plan, data }, tell);
    const record = await withTrial(trial!, options, tell, (lock) =>
      trainOnce(trial!, { ...options, data, lock }, tell),
    );
    return endOf({ trial: trial!, record });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    return interrupted;
  }
}

/** Trains one proposal of a search with every seed: a task of its own asks the study that all tasks share. */
async function searchTask(
  options: Interruptible & { plan: LedPlan; data: string },
  tell: Tell<TaskEvent>,
): Promise<TaskEnd> {
  const { plan, task, out, data, optuna, runner } = options;
  const { search, network } = plan;
  const made = await makeFolders(searchFiles(out, search).proposals);
  try {
    const lock = await lockForTask(proposalLock(out, plan, task), [sweepLock(out)], options, tell);
    try {
      const kept = (await readProposals(out, search)).get(task);
      const study = await openSearch(plan, { out, optuna });
      try {
        const last = await trainProposal(task, kept, {
          ...{ plan, out, study, data, lock, signal: options.signal, tell: tellTrial(tell) },
          configurations: new ProposedConfigurations(search),
          turns: new Turns(),
          train: (trial, { pruning, signal }) =>
            withTrial(trial, options, tell, (trialLock) =>
              trainTrial(trial, {
                ...trainingOf(trial, tell),
                network,
                runner,
                data,
                signal,
                pruning,
                lock: trialLock,
              }),
            ),
        });
        return endOf(last);
      } finally {
        await study.close();
      }
    } finally {
      await lock.release();
    }
  } finally {
    await removeEmptyFolders(made);
  }
}

function endOf(last: FinishedTrial | undefined): TaskEnd {
  if (last === undefined) return { status: 'interrupted', trial: undefined, record: undefined };
  const { status } = last.record;
  return { ...last, status: status === 'running' ? 'interrupted' : status };
}

/** Does work on a trial while this process holds it. @throws SweepError, `in-use`; what the signal was aborted with. */
async function withTrial<Result>(
  { files }: Trial,
  options: Interruptible,
  tell: Tell<TaskEvent>,
  work: (lock: HeldLock) => Promise<Result>,
): Promise<Result> {
  const made = await makeFolders(files.folder);
  try {
    const lock = await lockForTask(files.lock, [sweepLock(options.out), runFolder(files.run).lock], options, tell);
    try {
      return await work(lock);
    } finally {
      await lock.release();
    }
  } finally {
    await removeEmptyFolders(made);
  }
}

/** @throws SweepError, `in-use`; what the signal was aborted with. */
async function lockForTask(
  file: string,
  [ofSweep, ...others]: readonly [ofSweep: string, ...others: string[]],
  { task, signal, command, leaseSeconds }: Interruptible,
  tell: Tell<TaskEvent>,
): Promise<HeldLock> {
  const onWatch = (owner: LockOwner) => tell({ type: 'watched', owner });
  let lock: HeldLock | undefined;
  try {
    lock = await acquireLock(file, {
      ...{ signal, onWatch },
      ...(command === undefined ? {} : { command }),
      ...(leaseSeconds === undefined ? {} : { leaseSeconds }),
    });
    // A sweep looks for the lock while it holds its own, so that one of the two sees the other.
    await waitForRelease(ofSweep, { patienceSeconds: orphanPatience, signal, onWatch });
    for (const other of others) await waitForRelease(other, { signal, onWatch });
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

function tellTrial(tell: Tell<TaskEvent>): (event: TrialEvent) => void {
  return (event) => tell(event, event.type === 'progress' ? event.trial : undefined);
}

function trainingOf(trial: Trial, tell: Tell<TaskEvent>): Pick<TrainTrialOptions, 'onStart' | 'onProgress'> {
  return {
    onStart: (resumed) => tell({ type: 'started', trial, resumed }),
    onProgress: (progress) => tell({ type: 'progress', trial, progress }, trial),
  };
}

async function trainOnce(
  trial: Trial,
  { plan, runner, signal, data, lock }: Interruptible & { data: string; lock: HeldLock },
  tell: Tell<TaskEvent>,
): Promise<TrialRecord> {
  const before = await readTrialRecord(trial.files);
  if (before !== undefined) requireSameImages(trial, before, data);
  if (before?.status === 'done') {
    tell({ type: 'kept', trial, record: before });
    return before;
  }
  const how = { network: plan.network, runner, data, signal, lock };
  const record = await trainTrial(trial, { ...how, ...trainingOf(trial, tell) });
  tell({ type: 'ended', trial, record });
  return record;
}
