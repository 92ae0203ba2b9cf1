import type { TrainingState } from '@cifarlab/trainer';
import type { Network, SavedNetwork } from '../networks/network.js';
import type { RunConfig } from '../records/run-config.js';
import type { TrainingSettings } from '../settings/network-settings.js';
import type { Claim } from './claim-run.js';
import type { WarningEvent } from './events.js';

/** A run whose folder is there and locked, before its first step. */
export interface Run extends Claim {
  network: Network;
  settings: TrainingSettings;
  /** Warnings to give before it starts. */
  warnings: readonly WarningEvent[];
  /** The earlier run that is continued; undefined for a new run. */
  earlier: EarlierRun | undefined;
}

/** Remains of an earlier run, from which it is continued. */
export interface EarlierRun {
  /** Its record, with the settings that it is continued with. */
  config: RunConfig;
  resumeFrom: TrainingState;
  /** Reads the network that the checkpoint holds. @throws RecordError or RunError when its parts do not fit together. */
  saved: () => SavedNetwork;
}
