import type { Cifar10Options } from '@cifarlab/cifar10';
import type { Network } from '../networks/network.js';
import type { ReportWords } from '../report/report-words.js';
import type { EngineChoice } from './engine.js';

/** Source of the images. */
export type DataChoice = Pick<Cifar10Options, 'dataDir' | 'cacheDir' | 'localDir' | 'offline' | 'allowUnverified'>;

/** Options of all that is done with runs. */
export interface RunOptions {
  /** The networks that runs may have. Default: those of this package. */
  networks?: readonly Network[] | undefined;
  /** Source of the images. Default: the cache, else a download. */
  data?: DataChoice | undefined;
  /** The engine. Default: the one that the run was made with, else the fastest that works here. */
  engine?: EngineChoice | undefined;
  /** Name of this work for others who find the folder in use: a command line, say. Default: none. */
  command?: string | undefined;
}

/** Options of the training of a run. */
export interface TrainingOptions extends RunOptions {
  /** Ends the run in good order: the step is finished and saved. */
  signal?: AbortSignal | undefined;
  /** Seconds for which other machines respect the run's lock while this process does not renew it. Default: 60. */
  leaseSeconds?: number | undefined;
  /** The longest time between two checkpoints; 0 leaves the clock out. Default: 5. */
  checkpointMinutes?: number | undefined;
  /** Folder for TensorBoard: the run's events go to a folder in it that is named as the run's own. Default: none. */
  tensorboard?: string | undefined;
  /** Whether a batch is drawn as the network sees it, before the first step: `batch.png`. Default: false. */
  showBatch?: boolean | undefined;
  /** Words with which the report names options and commands. */
  words?: ReportWords | undefined;
}
