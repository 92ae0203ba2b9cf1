/** Tells an event. Of events with the same key, the latest takes the place of one that nobody has seen yet. */
export type Tell<Event> = (event: Event, key?: unknown) => void;

/**
 * Some work as a stream of events, with a result.
 *
 * Nothing happens before the first event, or the result, is asked for; from then on the work waits for nobody. Leaving a
 * loop over the events interrupts the work, and waits until it has come to rest.
 */
export class EventStream<Event, End> implements AsyncIterable<Event> {
  readonly #work: (tell: Tell<Event>, left: AbortSignal) => Promise<End>;
  readonly #left = new AbortController();
  readonly #told: { event: Event; key: unknown }[] = [];
  #end: Promise<End> | undefined;
  #isDone = false;
  #wake = () => {};
  #events: AsyncGenerator<Event, End, undefined> | undefined;

  /** @param work is given what to tell with, and a signal that is aborted when nobody follows any more. */
  constructor(work: (tell: Tell<Event>, left: AbortSignal) => Promise<End>) {
    this.#work = work;
  }

  /** How the work has ended, once it has. Rejects with what the work throws. */
  get result(): Promise<End> {
    this.#end ??= this.#start();
    return this.#end;
  }

  /** Returns the events, once: a second loop continues where the first one is. */
  [Symbol.asyncIterator](): AsyncGenerator<Event, End, undefined> {
    this.#events ??= this.#follow();
    return this.#events;
  }

  #start(): Promise<End> {
    const tell: Tell<Event> = (event, key) => {
      const unseen = key === undefined ? undefined : this.#told.find((one) => one.key === key);
      if (unseen === undefined) this.#told.push({ event, key });
      else unseen.event = event;
      this.#wake();
    };
    const end = this.#work(tell, this.#left.signal).finally(() => {
      this.#isDone = true;
      this.#wake();
    });
    // Whoever follows the events has the error from there.
    end.catch(() => {});
    return end;
  }

  async *#follow(): AsyncGenerator<Event, End, undefined> {
    const { result } = this;
    try {
      for (;;) {
        for (let next = this.#told.shift(); next !== undefined; next = this.#told.shift()) yield next.event;
        if (this.#isDone) return await result;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      this.#left.abort();
      await result.catch(() => {});
    }
  }
}
