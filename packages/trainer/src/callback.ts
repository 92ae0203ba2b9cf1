import type { TrainEvent } from './events.js';
import type { Awaitable } from './learner.js';
import type { State } from './state.js';

/** Sees every event; the run waits for it. */
export type Observer = (event: TrainEvent) => Awaitable<void>;

/** An observer whose own state belongs to the training state, so that a resumed run continues it. */
export interface StatefulCallback {
  /** The key of its state; unique within a run. */
  readonly name: string;
  onEvent(event: TrainEvent): Awaitable<void>;
  saveState(): Awaitable<State>;
  loadState(state: State): Awaitable<void>;
}

export type Callback = Observer | StatefulCallback;
