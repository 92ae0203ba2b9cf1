import type { DataFlags } from './data-options.js';

/** Flags of every `train` command that are no settings of the run. */
export interface RunFlags extends DataFlags {
  /** Folder of a new run. */
  out?: string;
  /** Folder of a run to continue. */
  resume?: string;
  /** The longest time between two checkpoints; 0 leaves the clock out. */
  checkpointMinutes: number;
  json: boolean;
  quiet: boolean;
}
