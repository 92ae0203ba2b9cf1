import type { Network } from '@cifarlab/experiment';
import type { HeldLock } from '@cifarlab/trainer/node';
import { setAside } from './set-aside.js';
import type { Trial } from './trial.js';
import { lastCheckpointTime, readTrialRecord, writeTrialRecord } from './trial-record.js';
import type { TrialOutcome, TrialProgress, TrialRunner } from './trial-runner.js';
import type { TrialRecord } from './trial-schema.js';

/** Options of {@link trainTrial}. */
export interface TrainTrialOptions {
  network: Network;
  runner: TrialRunner;
  /** Identity of the images, so that results of others are not taken for theirs. */
  data: string;
  /** Ends it in good order. */
  signal: AbortSignal;
  /** Keeps other processes from the trial; it is checked before each write. */
  lock: Pick<HeldLock, 'check'>;
  /** Is told when the trial begins, or goes on. */
  onStart: (resumed: boolean) => void;
  /** Hears where the trial stands. */
  onProgress: (progress: TrialProgress) => void;
}

/**
 * Trains a trial to its end, from its last checkpoint where there is one, and records what became of it. Nobody else writes
 * into its folders.
 */
export async function trainTrial(
  { configuration, seed, files }: Trial,
  { network, runner, data, signal, lock, onStart, onProgress }: TrainTrialOptions,
): Promise<TrialRecord> {
  const before = await readTrialRecord(files);
  const checkpoint = await lastCheckpointTime(files, network);
  const resume = before !== undefined && checkpoint !== undefined;
  await lock.check();
  if (!resume) await setAside(files.run);
  const earlier = resume ? secondsUntil(checkpoint, before) : 0;
  const started = new Date().toISOString();
  const common = { format: 'cifarlab-trial', version: 1, data, started } as const;
  await writeTrialRecord(files, { ...common, status: 'running', seconds: earlier });
  onStart(resume);

  const clock = performance.now();
  const outcome = await runner.train({ configuration, seed, files }, { resume, signal, onProgress });
  const record = recordOf(outcome, { ...common, seconds: earlier + (performance.now() - clock) / 1000 });
  await lock.check();
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

/** Returns the seconds that led to a checkpoint; work that a killed process did after it is repeated. */
function secondsUntil(checkpoint: Date, { status, seconds, started }: TrialRecord): number {
  if (status !== 'running') return seconds;
  return seconds + Math.max(0, checkpoint.getTime() - Date.parse(started)) / 1000;
}
