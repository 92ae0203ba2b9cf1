import { availableParallelism } from 'node:os';
import { named, sentence } from '@cifarlab/experiment';
import { SweepError } from '../sweep-error.js';
import { countPieces } from './count-trials.js';
import type { Plan } from './plan.js';

/** Shares of the cores of a machine. */
export interface CoreShare {
  /** Trials at a time. */
  jobs: number;
  /** Threads of each. */
  threads: number;
}

/** Options of {@link shareCores}. */
export interface CoreShareOptions {
  /** Cores to use. Default: all that this process may use. */
  cores?: number | undefined;
  /** Trials at a time. Default: one per core. */
  jobs?: number | undefined;
}

/**
 * Shares the cores of this machine among trials.
 *
 * The share depends on the whole sweep, not on what is left of it: the number of threads shapes the numbers.
 *
 * @throws SweepError, `cores`, when there are more jobs than cores.
 */
export function shareCores(
  plan: Plan,
  { cores = availableParallelism(), jobs = cores }: CoreShareOptions = {},
): CoreShare {
  if (jobs > cores) {
    throw new SweepError({
      code: 'cores',
      value: jobs,
      rule: sentence`${named('jobs', jobs)} is more than the ${cores} cores to use`,
      remedy: 'each trial takes one at least',
    });
  }
  const atATime = Math.min(jobs, countPieces(plan));
  return { jobs: atATime, threads: Math.floor(cores / atATime) };
}
