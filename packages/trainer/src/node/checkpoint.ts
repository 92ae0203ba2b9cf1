import type { Tensor } from '@cifarlab/safetensors';
import type { JsonObject, TrainingState } from '../state.js';

/** Contents of a checkpoint. */
export interface Checkpoint {
  /** All arrays that using the model takes: its weights, and what prepares its inputs. */
  model: Record<string, Tensor>;
  /** Everything else needed to use the model, as JSON: its kind and sizes, names of classes and so on. */
  values: JsonObject;
  /** State to continue the training from; left out for a model that is only used. */
  training?: TrainingState;
}

export const FORMAT = 'cifarlab-checkpoint';
export const VERSION = 1;

/** The file that makes a folder a checkpoint. */
export const STATE_FILE = 'state.json';

/** The files with a checkpoint's arrays; the name carries the start of the content's SHA-256. */
export const ARRAYS_FILE = /^(?:model|training)-[0-9a-f]{12}\.safetensors$/;

/** An array file as `state.json` names it. */
export interface FileRecord {
  name: string;
  bytes: number;
  sha256: string;
}

/** Reference to an array: under `name` in the model's or the training's file. */
interface ArrayReference {
  file: 'model' | 'training';
  name: string;
}

/** A {@link State} as `state.json` holds it. */
export interface StateRecord {
  arrays: Record<string, ArrayReference>;
  values: JsonObject;
}

/** The content of `state.json`. */
export interface CheckpointRecord {
  format: typeof FORMAT;
  version: typeof VERSION;
  files: { model: FileRecord; training?: FileRecord };
  values: JsonObject;
  training?: {
    step: number;
    loop: TrainingState['loop'];
    learner: StateRecord;
    data: StateRecord;
    callbacks: Record<string, StateRecord>;
  };
}
