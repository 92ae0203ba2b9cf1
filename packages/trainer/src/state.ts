import type { Tensor } from '@cifarlab/safetensors';

/** An object of values that JSON can hold; numbers are finite. */
export type JsonObject = Record<string, unknown>;

/**
 * A snapshot of something that changes during training. Later steps do not change it: arrays are copies, or arrays that
 * are replaced rather than written to.
 */
export interface State {
  /** Typed arrays with their shapes, by name. */
  arrays: Record<string, Tensor>;
  /** Everything else. */
  values: JsonObject;
}

/** The best evaluation on the validation split so far. */
export interface Best {
  /** The metric that it was chosen by. */
  metric: Metric;
  /** Value of that metric on the validation split. */
  value: number;
  /** Training steps done at that evaluation. */
  step: number;
}

/** The metric that a run is judged by: the mean loss (smaller is better) or the accuracy (larger is better). */
export type Metric = 'loss' | 'accuracy';

/** State of early stopping. */
export interface EarlyStoppingState {
  /** The metric that is watched. */
  metric: Metric;
  /** The value that the next ones must beat, and its step; `null` before the first evaluation. */
  best: { value: number; step: number } | null;
  /** Evaluations since then. */
  waited: number;
}

/** The training loop's own state. */
export interface LoopState {
  /** The last step whose evaluation is complete, 0 for none. */
  evaluated: number;
  /** `null` before the first evaluation on the validation split. */
  best: Best | null;
  /** `null` when it is off. */
  earlyStopping: EarlyStoppingState | null;
}

/** All that is needed to go on after `step` exactly as if the run had never stopped. */
export interface TrainingState {
  /** Training steps done. */
  step: number;
  /** The training loop's own. */
  loop: LoopState;
  /** The learner's. */
  learner: State;
  /** The data source's. */
  data: State;
  /** States by the callbacks' names. */
  callbacks: Record<string, State>;
}
