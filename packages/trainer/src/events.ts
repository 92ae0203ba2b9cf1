import type { Best, TrainingState } from './state.js';

/** The splits that can be evaluated. Choices (the best step, early stopping) are made on `validation` only. */
export type Split = 'validation' | 'test';

/** Event before anything else happens. */
export interface StartEvent {
  type: 'start';
  /** Steps done already: 0, or the step of the state that the run resumes from. */
  step: number;
  /** The last step's number. */
  maxSteps: number;
  /** Steps between evaluations. */
  evalFreq: number;
  /** The splits that are evaluated. */
  splits: readonly Split[];
}

/** Event after every training step. */
export interface TrainStepEvent {
  type: 'train';
  /** The number of the step, from 1. */
  step: number;
  /** Mean loss of the batch, before the update. */
  loss: number;
  /** Part of the batch classified correctly, 0 to 1. */
  accuracy: number;
  /** Examples in the batch. */
  count: number;
  /** Learning rate of this step. */
  learningRate: number;
}

/** Event after every evaluation, once for each split. */
export interface EvalEvent {
  type: 'eval';
  /** The split that was evaluated. */
  split: Split;
  /** Training steps done. */
  step: number;
  /** Mean loss over the whole split. */
  loss: number;
  /** Part of the split classified correctly, 0 to 1. */
  accuracy: number;
  /** Examples in the split. */
  count: number;
}

/** Event after an evaluation that is strictly better on the validation split than all before. */
export interface BestEvent extends Best {
  type: 'best';
  /** The best one until now, if there was one. */
  previous: Best | null;
}

/** A moment to save: the state is at rest until the next event is requested. */
export interface CheckpointEvent {
  type: 'checkpoint';
  /** Training steps done. */
  step: number;
  /** Save this as the latest state: it is step 1, `checkpointFreq` or `checkpointSeconds` is due, or the run ends. */
  last: boolean;
  /** Save this as the best state: the evaluation of this step is the best so far. */
  best: boolean;
  /** Collects the state. Await it before asking for the next event; calling it again gives the same object. */
  capture(): Promise<TrainingState>;
}

/** Why a run ended: its last step, early stopping, the signal, or a loss that is not finite. */
export type StopReason = 'max-steps' | 'early-stopping' | 'aborted' | 'non-finite-loss';

/** The last event of a run. */
export interface StopEvent {
  type: 'stop';
  /** Why the run ended. */
  reason: StopReason;
  /** Steps done; for a non-finite loss, the step that gave it. */
  step: number;
  /** The reason in words. */
  message: string;
}

/** An event of {@link train}, told apart by `type`. */
export type TrainEvent = StartEvent | TrainStepEvent | EvalEvent | BestEvent | CheckpointEvent | StopEvent;
