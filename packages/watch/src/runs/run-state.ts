import type { RunResult } from '@cifarlab/experiment';
import type { LockFinding } from '@cifarlab/trainer/node';
import type { RunState } from '../protocol.js';

/** Evidence in a run's files about its state. */
export interface RunSigns {
  /** State of the lock in its folder; undefined before anything was read. */
  lock: LockFinding | undefined;
  /** Result of its training; undefined where it has not ended, or where a later session has begun. */
  result: RunResult | undefined;
}

const states: Record<string, RunState> = {
  'max-steps': 'finished',
  'early-stopping': 'finished',
  aborted: 'interrupted',
  'non-finite-loss': 'diverged',
};

/** Says how far a run is. One that has left neither a lock nor a result was killed. */
export function runState({ lock, result }: RunSigns): RunState {
  if (lock === undefined) return 'unread';
  if (result !== undefined) return states[result.stop] ?? 'unknown';
  if (lock === 'running') return 'training';
  return lock === 'ended' ? 'stopped' : 'unknown';
}
