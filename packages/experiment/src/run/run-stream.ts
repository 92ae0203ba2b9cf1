import type { RunEnd, RunEvent } from './events.js';
import { RunError } from './run-error.js';

/**
 * A run as a stream of events, with a result.
 *
 * Nothing happens before the first event, or the result, is asked for; between two events the run waits until the next
 * one is asked for. Leaving a loop over the events ends the run as a crash would: what was saved stays. To end it in good
 * order, abort its signal and follow the events to their end.
 */
export class RunStream implements AsyncIterable<RunEvent> {
  readonly #events: AsyncGenerator<RunEvent, RunEnd, undefined>;
  readonly #end: Promise<RunEnd>;
  #settle!: { resolve: (end: RunEnd) => void; reject: (error: unknown) => void };
  #isFollowed = false;

  constructor(events: AsyncGenerator<RunEvent, RunEnd, undefined>) {
    this.#end = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever follows the events has the error from there.
    this.#end.catch(() => {});
    this.#events = this.#watched(events);
  }

  /** Returns the events, once: a second loop goes on where the first one is. */
  [Symbol.asyncIterator](): AsyncGenerator<RunEvent, RunEnd, undefined> {
    this.#isFollowed = true;
    return this.#events;
  }

  /**
   * How the run has ended, once it has; where nobody follows the events, asking for it runs to the end.
   *
   * Rejects with what the run throws, and with a RunError, `left`, when a loop over the events was left.
   */
  get result(): Promise<RunEnd> {
    if (!this.#isFollowed) {
      this.#isFollowed = true;
      void this.#runToEnd();
    }
    return this.#end;
  }

  async #runToEnd(): Promise<void> {
    try {
      while (!(await this.#events.next()).done);
    } catch {
      // It is the result's.
    }
  }

  async *#watched(events: AsyncGenerator<RunEvent, RunEnd, undefined>): AsyncGenerator<RunEvent, RunEnd, undefined> {
    try {
      const end = yield* events;
      this.#settle.resolve(end);
      return end;
    } catch (error) {
      this.#settle.reject(error);
      throw error;
    } finally {
      // Does nothing where the run has come to its end.
      const remedy = 'follow them to the end, or ask for the result alone';
      this.#settle.reject(
        new RunError({ code: 'left', rule: "the run's events were not followed to the end", remedy }),
      );
    }
  }
}
