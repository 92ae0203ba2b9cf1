import type { Cifar10Progress } from '@cifarlab/cifar10';
import type { StartedEngine } from '@cifarlab/engines';
import type {
  Best,
  BestEvent,
  CheckpointEvent,
  EvalEvent,
  StartEvent,
  StopEvent,
  StopReason,
  TrainStepEvent,
} from '@cifarlab/trainer';
import type { Progress } from '../networks/progress.js';
import type { RunConfig } from '../records/run-config.js';
import type { TrainingSettings } from '../settings/network-settings.js';
import type { Sentence } from '../settings/sentence.js';
import type { EngineChoice } from './engine.js';
import type { RunFiles } from './run-files.js';

/** The first event: the run's settings, every default filled in. */
export interface SettingsEvent {
  type: 'settings';
  /** The network's name. */
  network: string;
  /** Every one of them. */
  settings: TrainingSettings;
}

/** Event that names the engine. */
export interface EngineEvent {
  type: 'engine';
  /** The engine that computes in this process now. */
  engine: StartedEngine;
  /** The engine that was requested. */
  choice: EngineChoice;
  /** The engine that the run was made with, where the run goes on with it or with another. */
  recorded: RunConfig['engine'] | undefined;
}

/** Memory of a training step. */
export interface MemoryEvent {
  type: 'memory';
  /** Estimated bytes on the CPU. */
  bytes: number;
}

/**
 * A warning to a person, which does not stop the work.
 *
 * - `watched-lock`: a process of another machine holds the run, and may have ended.
 * - `other-processor`: a run goes on with another processor than it was made with.
 * - `schedule-length`: a run that goes on has a schedule of another length now.
 * - `settings`: the network is likely not to learn with these settings.
 * - `other-images`: the images are not those that the run was made with.
 * - `picture`: a picture could not be drawn.
 * - `tensorboard`: the events for TensorBoard cannot be written any more.
 */
export interface WarningEvent {
  type: 'warning';
  /** Subject of the warning, to branch on. */
  code:
    | 'watched-lock'
    | 'other-processor'
    | 'schedule-length'
    | 'settings'
    | 'other-images'
    | 'picture'
    | 'tensorboard';
  /** One line; `String(message)`, or `message.spelt(spelling)` with options spelt as readers know them. */
  message: Sentence;
}

/** News of the dataset while it is loaded. */
export interface DataEvent {
  type: 'data';
  /** Progress as `loadCifar10` reports it, or that of reading pictures of one's own. */
  progress: Cifar10Progress | Progress;
}

/** News of the network while it is made. */
export interface NetworkEvent {
  type: 'network';
  /** Progress as the network reports it. */
  progress: Progress;
}

/** The run's folder is there, with its `config.json`; training begins. */
export interface FolderEvent {
  type: 'folder';
  /** The places of its files. */
  folder: RunFiles;
}

/** A batch is drawn as the network sees it, before the first step. */
export interface BatchEvent {
  type: 'batch';
  /** The picture: `batch.png` in the run's folder. */
  file: string;
}

/** Event after a checkpoint was saved. */
export type SavedEvent = Omit<CheckpointEvent, 'capture'>;

/** Last, after the curves and the report. */
export interface EndEvent {
  type: 'end';
  /** End of the run. */
  end: RunEnd;
}

/** An event of a run that is used, rather than trained. */
export type UseEvent = EngineEvent | DataEvent | NetworkEvent | WarningEvent;

/**
 * An event of a run. The `type` tells the events apart, which come in this order: a `warning` where another machine
 * seems to hold the folder; `settings`, `warning`s, `engine`, `memory`, `data`, `network`, `folder`, `batch` if it was
 * requested; then the events of the training (see `train` of `@cifarlab/trainer`), from `start` to `stop`; `warning`s;
 * `end`. A run that is interrupted before its training begins does not have `folder`, `start` and `stop`.
 */
export type RunEvent =
  | SettingsEvent
  | UseEvent
  | MemoryEvent
  | FolderEvent
  | BatchEvent
  | StartEvent
  | TrainStepEvent
  | EvalEvent
  | BestEvent
  | SavedEvent
  | StopEvent
  | EndEvent;

/** End of a run. */
export interface RunEnd {
  /** The network's name. */
  network: string;
  /** The places of its files. */
  folder: RunFiles;
  /** Whether there is anything in the folder: a new run that is interrupted before its first step leaves nothing. */
  isKept: boolean;
  /**
   * Reason why it ended: `aborted` can be continued; after `non-finite-loss`, the earlier checkpoints are still good.
   */
  stop: { reason: StopReason; step: number; message: string };
  /** Seconds since the run's folder was claimed. */
  seconds: number;
  /** The last evaluation on the test images. */
  test: { step: number; loss: number; accuracy: number } | undefined;
  /** The best evaluation on the validation images. */
  best: Best | undefined;
  /** The pictures and the page that were made: none for a run without a step, nor for a long one that is interrupted. */
  drawn: { curves: string; report: string } | undefined;
}
