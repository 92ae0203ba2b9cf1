import { makeFolders, type Network, named, sentence } from '@cifarlab/experiment';
import { type HeldLock, runFolder, waitForRelease } from '@cifarlab/trainer/node';
import { SweepError } from '../sweep-error.js';
import { orphanPatience } from './orphan-patience.js';
import { type TrainTrialOptions, trainTrial } from './train-trial.js';
import type { Trial } from './trial.js';
import { readTrialRecord } from './trial-record.js';
import type { TrialProgress, TrialRunner } from './trial-runner.js';
import type { TrialRecord } from './trial-schema.js';
import { workOff } from './work-off.js';

/** A trial with what became of it. */
export interface FinishedTrial {
  /** The trial. */
  trial: Trial;
  /** Record of the trial, with its status and its result. */
  record: TrialRecord;
}

/** Event about a trial that an earlier sweep has trained. */
export interface KeptEvent extends FinishedTrial {
  type: 'kept';
}

/** Event when a trial begins or continues. */
export interface StartedEvent {
  type: 'started';
  /** The trial that begins. */
  trial: Trial;
  /** Whether it goes on from a checkpoint. */
  resumed: boolean;
}

/** Event about a running trial, as often as its runner reports. */
export interface ProgressEvent {
  type: 'progress';
  /** The trial that runs. */
  trial: Trial;
  /** Progress of the trial. */
  progress: TrialProgress;
}

/** Event when a trial is trained, has failed, or was interrupted. */
export interface EndedEvent extends FinishedTrial {
  type: 'ended';
}

/** An event while trials run. */
export type TrialEvent = KeptEvent | StartedEvent | ProgressEvent | EndedEvent;

/** Options of {@link runTrials}. */
export interface RunTrialsOptions {
  /** The network of all trials. */
  network: Network;
  runner: TrialRunner;
  tell: (event: TrialEvent) => void;
  /** Trials at a time. */
  jobs: number;
  /** Identity of the images, so that results of others are not taken for theirs. */
  data: string;
  /** Ends all running trials in good order, and starts no more. */
  signal: AbortSignal;
  /** Keeps other sweeps from the folder; it is checked before each write. */
  lock: Pick<HeldLock, 'check'>;
}

/**
 * Trains every trial that is not trained yet, a few at a time, in their order.
 *
 * @returns each trial that was done or failed, in the order of `trials`; fewer than these after an interrupt.
 * @throws SweepError, `other-images`, when a trial was trained on other images.
 */
export async function runTrials(trials: readonly Trial[], options: RunTrialsOptions): Promise<FinishedTrial[]> {
  const { tell, jobs, data, signal } = options;
  const finished = new Map<Trial, FinishedTrial>();
  const waiting: Trial[] = [];
  for (const trial of trials) {
    const record = await readTrialRecord(trial.files);
    if (record !== undefined) requireSameImages(trial, record, data);
    if (record?.status === 'done') {
      finished.set(trial, { trial, record });
      tell({ type: 'kept', trial, record });
    } else {
      waiting.push(trial);
    }
  }
  await workOff(waiting, jobs, signal, async (trial, workSignal) => {
    const record = await runTrial(trial, { ...options, signal: workSignal });
    if (record.status === 'done' || record.status === 'failed') finished.set(trial, { trial, record });
    tell({ type: 'ended', trial, record });
  });
  return trials.flatMap((trial) => finished.get(trial) ?? []);
}

/** @throws SweepError, `other-images`, when a trial was trained on other images. */
export function requireSameImages({ files }: Trial, record: Pick<TrialRecord, 'data'>, data: string): void {
  if (record.data === data) return;
  throw new SweepError({
    code: 'other-images',
    place: files.record,
    value: record.data,
    rule: 'is of a trial on other images',
    remedy: sentence`choose another folder with ${named('out')}, or give the same ${named('dataDir')}`,
  });
}

/** Trains a trial that no other process holds. */
export async function runTrial(
  trial: Trial,
  { tell, ...options }: Omit<RunTrialsOptions, 'jobs'> & Pick<TrainTrialOptions, 'pruning'>,
): Promise<TrialRecord> {
  const { files } = trial;
  await makeFolders(files.folder);
  for (const lock of [files.lock, runFolder(files.run).lock]) {
    await waitForRelease(lock, { patienceSeconds: orphanPatience });
  }
  return trainTrial(trial, {
    ...options,
    onStart: (resumed) => tell({ type: 'started', trial, resumed }),
    onProgress: (progress) => tell({ type: 'progress', trial, progress }),
  });
}
