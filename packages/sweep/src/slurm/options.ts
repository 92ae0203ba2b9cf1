import type { DataChoice } from '@cifarlab/experiment';
import type { Plan } from '../plan/plan.js';
import type { SweepFile } from '../plan/sweep-file.js';
import type { SlurmResources } from './job-script.js';

/** Pace at which tasks are looked at. */
export interface WatchPace {
  /** Most seconds between two looks at the queue; it begins with two, and grows while nothing changes. Default: 30. */
  longestPause?: number | undefined;
  /**
   * Seconds after which a trial whose task has left the queue is taken as it is recorded: file servers show what another
   * machine has written within a minute. Default: 60.
   */
  patience?: number | undefined;
}

/** Options of {@link runOnSlurm}. */
export interface RunOnSlurmOptions extends WatchPace {
  /** The plan of the sweep. */
  plan: Plan;
  /** The sweep file that the plan was made from; the tasks have a copy of it. */
  sweep: SweepFile;
  /** Folder of the sweep, on a disk that all machines see; an absolute path. */
  out: string;
  /** Resources that a task asks for. */
  resources: SlurmResources;
  /**
   * Command that Node runs in a task: a program that calls `runTask`, and its arguments.
   *
   * @param sweep path of the sweep file.
   * @returns the number of the task comes after these words.
   */
  command: (sweep: string) => readonly string[];
  /** The images of all trials, which are looked at before tasks are submitted. Default: the cache, else a download. */
  data?: DataChoice | undefined;
  /** Ends the watching; the jobs run on. */
  signal?: AbortSignal | undefined;
  /** Name of this work for others who find the sweep watched: a command line, say. Default: none. */
  description?: string | undefined;
}
