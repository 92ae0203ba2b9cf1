import type { Awaitable, Learner, TrainingState } from '@cifarlab/trainer';
import type { Checkpoint } from '@cifarlab/trainer/node';
import type { Batches } from '../networks/batches.js';
import type { ModelName, RunConfig, RunFiles } from '../run-folder.js';
import type { TrainingSettings } from './training-settings.js';

/** A run whose folder is there, before its first step. */
export interface Run<Settings extends TrainingSettings = TrainingSettings> {
  model: ModelName;
  settings: Settings;
  folder: RunFiles;
  /** What an earlier run was made with; undefined for a new one. */
  madeWith: RunConfig['engine'] | undefined;
  /** The classes that an earlier run was trained on, where it recorded them. */
  classNames: readonly string[] | undefined;
  /** Where an earlier run goes on from. */
  resumeFrom: TrainingState | undefined;
  /** Removes what a run that could not start has left behind; an earlier run stays as it is. */
  discard: () => Promise<void>;
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
