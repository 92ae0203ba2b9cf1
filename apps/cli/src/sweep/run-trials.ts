import { makeFolders } from '@cifarlab/experiment';
import { runFolder, waitForRelease } from '@cifarlab/trainer/node';
import { CliError } from '../errors.js';
import { orphanPatience } from './orphan-patience.js';
import { setAside } from './set-aside.js';
import type { Trial } from './trial.js';
import { lastCheckpointTime, readTrialRecord, type TrialRecord, writeTrialRecord } from './trial-record.js';
import type { TrialOutcome, TrialProgress, TrialRunner } from './trial-runner.js';
import { workOff } from './work-off.js';

/** A trial with what became of it. */
export interface FinishedTrial {
  trial: Trial;
  record: TrialRecord;
}

/** What is told while trials run. */
export interface TrialObserver {
  /** Trained by an earlier sweep. */
  kept(finished: FinishedTrial): void;
  started(trial: Trial, how: { resumed: boolean }): void;
  progress(trial: Trial, progress: TrialProgress): void;
  ended(finished: FinishedTrial): void;
}

/** Options of {@link runTrials}. */
export interface RunTrialsOptions {
  runner: TrialRunner;
  observer: TrialObserver;
  /** Trials at a time. */
  jobs: number;
  /** What the images are, so that results of others are not taken for theirs. */
  data: string;
  /** Ends all running trials in good order, and starts no more. */
  signal: AbortSignal;
}

/**
 * Trains every trial that is not trained yet, a few at a time, in their order.
 *
 * @returns each trial that was done or failed, in the order of `trials`; fewer than these after an interrupt.
 * @throws CliError when a trial was trained on other images.
 */
export async function runTrials(trials: readonly Trial[], options: RunTrialsOptions): Promise<FinishedTrial[]> {
  const { observer, jobs, data, signal } = options;
  const finished = new Map<Trial, FinishedTrial>();
  const waiting: Trial[] = [];
  for (const trial of trials) {
    const record = await readTrialRecord(trial.files);
    if (record !== undefined && record.data !== data) {
      throw new CliError(
        `${trial.files.record} is of a trial on other images; choose another folder with --out, or give the same --data-dir`,
      );
    }
    if (record?.status === 'done') {
      finished.set(trial, { trial, record });
      observer.kept({ trial, record });
    } else {
      waiting.push(trial);
    }
  }
  await workOff(waiting, jobs, signal, async (trial, workSignal) => {
    const record = await runTrial(trial, { ...options, signal: workSignal });
    if (record.status === 'done' || record.status === 'failed') finished.set(trial, { trial, record });
    observer.ended({ trial, record });
  });
  return trials.flatMap((trial) => finished.get(trial) ?? []);
}

async function runTrial(trial: Trial, { runner, observer, data, signal }: RunTrialsOptions): Promise<TrialRecord> {
  const { files } = trial;
  await makeFolders(files.folder);
  for (const lock of [files.lock, runFolder(files.run).lock]) {
    await waitForRelease(lock, { patienceSeconds: orphanPatience });
  }
  const before = await readTrialRecord(files);
  const checkpoint = await lastCheckpointTime(files);
  const resume = before !== undefined && checkpoint !== undefined;
  if (!resume) await setAside(files.run);
  const earlier = resume ? secondsUntil(checkpoint, before) : 0;
  const started = new Date().toISOString();
  const common = { format: 'cifarlab-trial', version: 1, data, started } as const;
  await writeTrialRecord(files, { ...common, status: 'running', seconds: earlier });
  observer.started(trial, { resumed: resume });

  const clock = performance.now();
  const outcome = await runner.train(trial, {
    resume,
    signal,
    onProgress: (progress) => observer.progress(trial, progress),
  });
  const record = recordOf(outcome, { ...common, seconds: earlier + (performance.now() - clock) / 1000 });
  await writeTrialRecord(files, record);
  return record;
}

function recordOf(
  outcome: TrialOutcome,
  common: Pick<TrialRecord, 'format' | 'version' | 'data' | 'started' | 'seconds'>,
): TrialRecord {
  if (outcome.status === 'done') return { ...common, status: 'done', result: outcome.result };
  if (outcome.status === 'failed') return { ...common, status: 'failed', failure: outcome.failure };
  return { ...common, status: 'interrupted' };
}

/** Seconds that led to a checkpoint; what a killed process did after it is done again. */
function secondsUntil(checkpoint: Date, { status, seconds, started }: TrialRecord): number {
  if (status !== 'running') return seconds;
  return seconds + Math.max(0, checkpoint.getTime() - Date.parse(started)) / 1000;
}
