/** Lets some work at a time through; the rest waits in its order. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param width how much work at a time. */
  constructor(width: number) {
    this.#free = width;
  }

  /** Does some work when it is its turn. @throws what `work` throws, or what `signal` was aborted with by then. */
  async pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
