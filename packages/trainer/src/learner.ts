import type { State } from './state.js';

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/** Sums over the examples of one batch: sums, not means, so that batches of different sizes add up exactly. */
export interface BatchSums {
  /** Examples in the batch. */
  count: number;
  /** Sum of the examples' losses. */
  loss: number;
  /** Examples classified correctly. */
  correct: number;
}

/** A model with its loss and optimizer. Tensors live in here; the training loop sees numbers only. */
export interface Learner<Batch> {
  /**
   * Tells whether the next step may begin before the promise of `trainStep` is fulfilled: its work is queued in order. If a
   * step's loss is not finite, the learner takes back what was queued after it. Default: no.
   */
  readonly runsAhead?: boolean;
  /**
   * Forward, backward and update on one batch, in training mode.
   *
   * @param context.step the number of this step, from 1.
   * @param context.learningRate the learning rate of this step.
   */
  trainStep(batch: Batch, context: { step: number; learningRate: number }): Awaitable<BatchSums>;
  /** Forward only, in evaluation mode; changes nothing. */
  evalStep(batch: Batch): Awaitable<BatchSums>;
  /** Returns a snapshot of the parameters, the optimizer and whatever else later steps depend on. */
  saveState(): Awaitable<State>;
  /** Takes over what `saveState` gave, all of it or nothing. */
  loadState(state: State): Awaitable<void>;
}

/** Training data. It has a position and an order, so it has a state too. */
export interface BatchSource<Batch> {
  /** Returns the batch of the given step; called once for each step, in order. */
  next(step: number): Awaitable<Batch>;
  /** Returns a snapshot of the position and the order. */
  saveState(): Awaitable<State>;
  /** Goes on where the snapshot was taken. */
  loadState(state: State): Awaitable<void>;
}

/** Starts one pass over a split: every example once, a smaller last batch included. */
export type EvalSource<Batch> = () => Iterable<Batch> | AsyncIterable<Batch>;
