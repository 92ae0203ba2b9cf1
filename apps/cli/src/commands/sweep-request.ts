import type { DataChoice } from '@cifarlab/experiment';
import type { CoreShare, Plan, SweepFile } from '@cifarlab/sweep';
import { type DataFlags, dataChoice, localDataFolder } from '../flags/data-options.js';
import type { PrintFlags } from '../flags/options.js';

/** Flags of `sweep` about a cluster. */
interface ClusterFlags {
  on?: 'slurm';
  cancel: boolean;
  memory?: string;
  time?: string;
  partition?: string;
  account?: string;
}

/** Flags of `sweep`. */
export interface SweepFlags extends DataFlags, PrintFlags, ClusterFlags {
  out?: string;
  task?: number;
  collect: boolean;
  cores?: number;
  jobs?: number;
  test: boolean;
  dryRun: boolean;
  python?: string;
  localData: boolean;
}

/** Request for a sweep: what is trained, and how. */
export interface SweepRequest {
  /** Path of the sweep's file; `sweep` is its content. */
  file: string;
  sweep: SweepFile;
  plan: Plan;
  share: CoreShare;
  out: string;
  flags: SweepFlags;
  /** Further flags of sbatch. */
  queueFlags: readonly string[];
}

/** Returns the source of the images that the flags choose, with the copy on this machine where there is to be one. */
export function sweepData(flags: SweepFlags): DataChoice {
  return { ...dataChoice(flags), ...(flags.localData ? { localDir: localDataFolder() } : {}) };
}
