import { EventStream } from '@cifarlab/internals/event-stream';
import type { RunEnd, RunEvent } from './events.js';
import { RunError } from './run-error.js';

/**
 * A run as a stream of events, with a result.
 *
 * Between two events the run waits until the next one is asked for. Leaving a loop over the events ends the run as a crash
 * would: what was saved stays, and the result rejects with a RunError, `left`. To end it in good order, abort its signal
 * and follow the events to their end.
 */
export type RunStream = EventStream<RunEvent, RunEnd>;

/** Makes the stream of a run. */
export function runStream(events: AsyncGenerator<RunEvent, RunEnd, undefined>): RunStream {
  const rule = "the run's events were not followed to the end";
  const remedy = 'follow them to the end, or ask for the result alone';
  return new EventStream(events, () => Promise.reject(new RunError({ code: 'left', rule, remedy })));
}
