import { withInterrupt } from '@cifarlab/trainer/node';
import type { RunEnd, RunEvent } from './events.js';
import type { RunStream } from './run-stream.js';

/** Listeners to a run that is followed. */
export interface FollowRunOptions {
  /** Is given every event, and waited for. */
  onEvent: (event: RunEvent) => void | Promise<void>;
  /** Is called at the signal that ends the training, once that has begun. */
  onInterrupt: () => void;
  /** Is called when the training has stopped, however. */
  onStop: () => void;
}

/** End of a run that was followed. */
export interface FollowedRun {
  /** The end of the run, from its last event. */
  end: RunEnd;
  /** Whether its training began. */
  hasStarted: boolean;
  /** The signal that has ended its training, or was to; undefined where there was none. */
  interruptedBy: NodeJS.Signals | undefined;
}

/**
 * Follows a run to its end. Ctrl-C, and every other signal that ends a program, ends the training in good order; a second
 * one ends the process.
 *
 * @param start is given the signal that ends the training.
 * @throws what the run throws.
 */
export async function followRun(
  start: (signal: AbortSignal) => RunStream,
  { onEvent, onInterrupt, onStop }: FollowRunOptions,
): Promise<FollowedRun> {
  let hasStarted = false;
  let interruptedBy: NodeJS.Signals | undefined;
  let end: RunEnd | undefined;
  const see = async (event: RunEvent) => {
    await onEvent(event);
    if (event.type === 'start') hasStarted = true;
    if (event.type === 'end') end = event.end;
  };
  let events: AsyncGenerator<RunEvent, unknown> | undefined;
  const train = (signal: AbortSignal) => {
    events = start(signal)[Symbol.asyncIterator]();
    return handOn(events, see, 'stop');
  };
  try {
    const onSignal = (signal: NodeJS.Signals) => {
      interruptedBy = signal;
      if (hasStarted) onInterrupt();
    };
    await withInterrupt(train, { onInterrupt: onSignal }).finally(onStop);
    // All is safe once the training has stopped: whoever interrupts the drawing of its curves ends it at once.
    await handOn(events!, see);
  } finally {
    await events?.return(undefined);
  }
  return { end: end!, hasStarted, interruptedBy };
}

/** Hands on events, up to one of this type; the others stay where they are. */
async function handOn(
  events: AsyncGenerator<RunEvent, unknown>,
  see: (event: RunEvent) => Promise<void>,
  last?: RunEvent['type'],
): Promise<void> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return;
    await see(value);
    if (value.type === last) return;
  }
}
