import { EventStream } from '@cifarlab/internals/event-stream';

/** Tells an event. Of events with the same key, the latest takes the place of one that nobody has seen yet. */
export type Tell<Event> = (event: Event, key?: unknown) => void;

/**
 * Makes a stream of the events that some work tells. Once asked for, the work waits for nobody. Leaving a loop over the
 * events interrupts it, and waits until it has come to rest; the result is what the work gives then.
 *
 * @param work is given what to tell with, and a signal that is aborted when nobody follows any more.
 */
export function toldStream<Event, End>(
  work: (tell: Tell<Event>, left: AbortSignal) => Promise<End>,
): EventStream<Event, End> {
  const left = new AbortController();
  let end: Promise<End> | undefined;
  async function* follow(): AsyncGenerator<Event, End, undefined> {
    const told: { event: Event; key: unknown }[] = [];
    let isDone = false;
    let wake = () => {};
    const tell: Tell<Event> = (event, key) => {
      const unseen = key === undefined ? undefined : told.find((one) => one.key === key);
      if (unseen === undefined) told.push({ event, key });
      else unseen.event = event;
      wake();
    };
    const working = work(tell, left.signal).finally(() => {
      isDone = true;
      wake();
    });
    // Its error is thrown after the events before it.
    working.catch(() => {});
    end = working;
    try {
      for (;;) {
        for (let next = told.shift(); next !== undefined; next = told.shift()) yield next.event;
        if (isDone) return await working;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      left.abort();
      await working.catch(() => {});
    }
  }
  return new EventStream(follow(), () => end!);
}
