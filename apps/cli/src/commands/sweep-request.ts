import type { CoreShare, Plan } from '@cifarlab/sweep';
import type { DataFlags } from '../flags/data-options.js';
import type { PrintFlags } from '../flags/options.js';

/** What the command line of `sweep` says. */
export interface SweepFlags extends DataFlags, PrintFlags {
  out?: string;
  task?: number;
  collect: boolean;
  cores?: number;
  jobs?: number;
  test: boolean;
  dryRun: boolean;
}

/** What is trained, and how. */
export interface SweepRequest {
  plan: Plan;
  share: CoreShare;
  out: string;
  flags: SweepFlags;
}
