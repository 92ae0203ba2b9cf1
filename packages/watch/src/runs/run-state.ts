import type { RunResult } from '@cifarlab/experiment';
import type { LockFinding } from '@cifarlab/trainer/node';
import type { RunState } from '../protocol.js';

/** Evidence in a run's files about its state. */
export interface RunSigns {
  /** State of the lock in its folder; undefined before anything was read. */
  lock: LockFinding | undefined;
  /** Result of its training; undefined where it has not ended, or where a later session has begun. */
  result: RunResult | undefined;
  /** Whether the record of the sweep that it is of says that it failed. */
  hasFailed: boolean;
}

const states: Record<string, RunState> = {
  'max-steps': 'finished',
  'early-stopping': 'finished',
  aborted: 'interrupted',
  'non-finite-loss': 'diverged',
};

/** Says how far a run is. One that has left neither a lock, a result nor the record of a failure was killed. */
export function runState({ lock, result, hasFailed }: RunSigns): RunState {
  if (lock === undefined) return 'unread';
  if (result !== undefined) return states[result.stop] ?? 'unknown';
  if (lock === 'running') return 'training';
  if (hasFailed) return 'failed';
  return lock === 'ended' ? 'stopped' : 'unknown';
}
