/**
 * Some work as a stream of events, with a result.
 *
 * Nothing happens before the first event or the result is requested. Leaving a loop over the events ends the work.
 */
export class EventStream<Event, End> implements AsyncIterable<Event> {
  readonly #events: AsyncGenerator<Event, End, undefined>;
  readonly #end: Promise<End>;
  #settle!: { resolve(end: End | Promise<End>): void; reject(error: unknown): void };
  #isFollowed = false;

  /**
   * @param events does the work, as far as it is asked for events; returns the result.
   * @param endWhenLeft gives the result where a loop over the events was left.
   */
  constructor(events: AsyncGenerator<Event, End, undefined>, endWhenLeft: () => Promise<End>) {
    this.#end = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever follows the events has the error from there.
    this.#end.catch(() => {});
    this.#events = this.#watched(events, endWhenLeft);
  }

  /** Returns the events, once: a second loop continues where the first one is. */
  [Symbol.asyncIterator](): AsyncGenerator<Event, End, undefined> {
    this.#isFollowed = true;
    return this.#events;
  }

  /**
   * How the work has ended, once it has; if nobody follows the events, asking for it does the work to its end.
   *
   * Rejects with what the work throws.
   */
  get result(): Promise<End> {
    // A loop over the events may begin right after.
    if (!this.#isFollowed) void Promise.resolve().then(() => this.#workToEnd());
    return this.#end;
  }

  async #workToEnd(): Promise<void> {
    if (this.#isFollowed) return;
    this.#isFollowed = true;
    try {
      while (!(await this.#events.next()).done);
    } catch {
      // It is the result's.
    }
  }

  async *#watched(
    events: AsyncGenerator<Event, End, undefined>,
    endWhenLeft: () => Promise<End>,
  ): AsyncGenerator<Event, End, undefined> {
    let isLeft = true;
    try {
      const end = yield* events;
      isLeft = false;
      this.#settle.resolve(end);
      return end;
    } catch (error) {
      isLeft = false;
      this.#settle.reject(error);
      throw error;
    } finally {
      if (isLeft) this.#settle.resolve(endWhenLeft());
    }
  }
}
