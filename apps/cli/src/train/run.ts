import type { TrainingSettings } from '@cifarlab/experiment';
import type { Awaitable, Learner, TrainingState } from '@cifarlab/trainer';
import type { Checkpoint } from '@cifarlab/trainer/node';
import type { Claim } from '../claim-run.js';
import type { Batches } from '../networks/batches.js';
import type { ModelName, RunConfig } from '../run-folder.js';

/** A run whose folder is there and locked, before its first step. */
export interface Run<Settings extends TrainingSettings = TrainingSettings> extends Claim {
  model: ModelName;
  settings: Settings;
  /** What a person should know before it starts. */
  warnings: readonly string[];
  /** Undefined for a new run. */
  earlier?: EarlierRun;
}

/** What an earlier run has left, from which it is continued. */
export interface EarlierRun {
  /** Its record, with the settings that it is continued with. */
  config: RunConfig;
  /** Whether these are others than before. */
  isChanged: boolean;
  resumeFrom: TrainingState;
}

/** What is trained in a run, and how it takes images. */
export interface Trainee<B = unknown> {
  learner: Learner<B>;
  batches: Batches<B>;
  /** The fewest images that it can learn from: 2 where statistics are taken over the batch. */
  smallestBatch: number;
  /** What a checkpoint holds beside the training state, as the network is now. */
  describe: () => Awaitable<Omit<Checkpoint, 'training'>>;
  engine: RunConfig['engine'];
  /** Versions of other software that shapes its numbers, by name. */
  software: Record<string, string>;
  /** Names of the packages that shape its numbers, whose versions are recorded. */
  packages: readonly string[];
}
