import type { Callback, StatefulCallback } from './callback.js';
import { type History, HistoryRecorder } from './history.js';
import type { TrainOptions } from './options.js';
import type { State, TrainingState } from './state.js';
import { train } from './train.js';

/** Options of {@link fit}: those of {@link train}, and callbacks. */
export interface FitOptions<Batch> extends TrainOptions<Batch> {
  /** Called in order with every event. */
  callbacks?: readonly Callback[];
}

/**
 * Trains to the end with {@link train}, hands every event to the callbacks and returns the run's history.
 *
 * The states of the callbacks and of the history are part of what a checkpoint captures, and come back from
 * `resumeFrom`. A callback that the resumed state does not know starts fresh.
 *
 * @returns also when the run was aborted or met a loss that is not finite: `stop.reason` tells.
 * @throws what `train` throws, and what a callback throws.
 */
export async function fit<Batch>({ callbacks = [], ...options }: FitOptions<Batch>): Promise<History> {
  const history = new HistoryRecorder();
  const all: Callback[] = [history, ...callbacks];
  const stateful = all.filter((callback) => typeof callback !== 'function');
  assertUniqueNames(stateful);

  for (const callback of stateful) {
    const state = options.resumeFrom?.callbacks[callback.name];
    if (state !== undefined) await callback.loadState(state);
  }
  for await (const event of train(options)) {
    const seen = event.type === 'checkpoint' ? { ...event, capture: withStates(stateful, event.capture) } : event;
    for (const callback of all) await (typeof callback === 'function' ? callback(seen) : callback.onEvent(seen));
  }
  return history.result();
}

function withStates(callbacks: readonly StatefulCallback[], capture: () => Promise<TrainingState>) {
  let complete: Promise<TrainingState> | undefined;
  const collect = async (): Promise<TrainingState> => {
    const state = await capture();
    const states: Record<string, State> = {};
    for (const callback of callbacks) states[callback.name] = await callback.saveState();
    return { ...state, callbacks: states };
  };
  return () => {
    complete ??= collect();
    return complete;
  };
}

function assertUniqueNames(callbacks: readonly StatefulCallback[]): void {
  const names = callbacks.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new RangeError(
      `Two callbacks are named ${JSON.stringify(twice)}, and each needs a name of its own for its state ("history" is taken): rename one.`,
    );
  }
}
