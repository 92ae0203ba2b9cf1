import type { Network } from '@cifarlab/experiment';
import type { HeldLock } from '@cifarlab/trainer/node';
import { setAside } from './set-aside.js';
import type { Trial } from './trial.js';
import { lastCheckpointTime, readTrialRecord, writeTrialRecord } from './trial-record.js';
import type { TrialEvaluation, TrialOutcome, TrialProgress, TrialRunner } from './trial-runner.js';
import type { Pruned, TrialRecord } from './trial-schema.js';

/** Pruning of a trial. */
export interface Pruning {
  /** Id of the search that prunes. */
  search: string;
  /** Tells after an evaluation whether the trial is to be left. */
  shouldPrune(evaluation: TrialEvaluation): Promise<boolean>;
}

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
  /** Ends it early. Default: nobody does. */
  pruning?: Pruning | undefined;
}

/**
 * Trains a trial to its end, from its last checkpoint where there is one, and records what became of it. Nobody else writes
 * into its folders.
 *
 * @throws what `pruning` throws; the trial is interrupted then, and recorded so.
 */
export async function trainTrial(
  { configuration, seed, files }: Trial,
  { network, runner, data, signal, lock, onStart, onProgress, pruning }: TrainTrialOptions,
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
  const judge = pruning === undefined ? undefined : new Judge(pruning);
  const outcome = await runner.train(
    { configuration, seed, files },
    {
      ...{ resume, onProgress },
      signal: judge === undefined ? signal : AbortSignal.any([signal, judge.signal]),
      ...(judge === undefined ? {} : { onEvaluation: (evaluation) => judge.hear(evaluation) }),
    },
  );
  const seconds = earlier + (performance.now() - clock) / 1000;
  const record = recordOf(outcome, judge?.pruned, { ...common, seconds });
  await lock.check();
  await writeTrialRecord(files, record);
  judge?.throwFailure();
  return record;
}

/** Ends a trial when its search says so, or when the search cannot be asked. */
class Judge {
  readonly #pruning: Pruning;
  readonly #end = new AbortController();
  #failure: { error: unknown } | undefined;
  /** The verdict; undefined while the trial goes on. */
  pruned: Pruned | undefined;

  constructor(pruning: Pruning) {
    this.#pruning = pruning;
  }

  /** Is aborted when the trial ends early. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  async hear(evaluation: TrialEvaluation): Promise<void> {
    if (this.#end.signal.aborted) return;
    const { search } = this.#pruning;
    try {
      if (!(await this.#pruning.shouldPrune(evaluation))) return;
      this.pruned = { search, ...evaluation };
    } catch (error) {
      this.#failure = { error };
    }
    this.#end.abort();
  }

  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

function recordOf(
  outcome: TrialOutcome,
  pruned: Pruned | undefined,
  common: Pick<TrialRecord, 'format' | 'version' | 'data' | 'started' | 'seconds'>,
): TrialRecord {
  if (outcome.status === 'done') return { ...common, status: 'done', result: outcome.result };
  if (outcome.status === 'failed') return { ...common, status: 'failed', failure: outcome.failure };
  return pruned === undefined ? { ...common, status: 'interrupted' } : { ...common, status: 'pruned', pruned };
}

/** Returns the seconds that led to a checkpoint; work that a killed process did after it is repeated. */
function secondsUntil(checkpoint: Date, { status, seconds, started }: TrialRecord): number {
  if (status !== 'running') return seconds;
  return seconds + Math.max(0, checkpoint.getTime() - Date.parse(started)) / 1000;
}
