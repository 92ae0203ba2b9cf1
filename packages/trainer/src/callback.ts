import type { TrainEvent } from './events.js';
import type { Awaitable } from './learner.js';
import type { State } from './state.js';

/** Sees every event; the run waits for it. */
export type Observer = (event: TrainEvent) => Awaitable<void>;

/** An observer whose own state belongs to the training state, so that a resumed run continues it. */
export interface StatefulCallback {
  /** The key of its state; unique within a run. */
  readonly name: string;
  /** Sees every event; the run waits for it. */
  onEvent(event: TrainEvent): Awaitable<void>;
  /** Returns a snapshot of what later events depend on. */
  saveState(): Awaitable<State>;
  /** Takes a saved state over, before the first event of a resumed run. */
  loadState(state: State): Awaitable<void>;
}

/** A receiver of the events of {@link fit}. */
export type Callback = Observer | StatefulCallback;
