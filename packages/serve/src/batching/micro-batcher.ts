import { setImmediate as nextTurn } from 'node:timers/promises';

interface Entry<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Computes in batches what comes one by one. Nothing waits for a batch to fill: a lone item is computed at once, and those
 * that come meanwhile make the next batch.
 */
export class MicroBatcher<Item, Result> {
  readonly #compute: (items: Item[]) => Promise<readonly Result[]>;
  readonly #maxBatch: number;
  #waiting: Entry<Item, Result>[] = [];
  #isBusy = false;

  /** @param compute returns a result for each item, in their order. */
  constructor(compute: (items: Item[]) => Promise<readonly Result[]>, maxBatch: number) {
    this.#compute = compute;
    this.#maxBatch = maxBatch;
  }

  /**
   * Returns the result for an item.
   *
   * @param signal takes it back.
   * @throws what the computation of its batch throws; what `signal` was aborted with.
   */
  async run(item: Item, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    let entry: Entry<Item, Result>;
    const result = new Promise<Result>((resolve, reject) => {
      entry = { item, resolve, reject };
      this.#waiting.push(entry);
    });
    const takeBack = () => {
      this.#waiting = this.#waiting.filter((one) => one !== entry);
      entry.reject(signal.reason);
    };
    signal.addEventListener('abort', takeBack);
    if (!this.#isBusy) void this.#work();
    try {
      return await result;
    } finally {
      signal.removeEventListener('abort', takeBack);
    }
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      // What has arrived by now is in the next batch.
      await nextTurn();
      await this.#computeSome();
    }
    this.#isBusy = false;
  }

  async #computeSome(): Promise<void> {
    const batch = this.#waiting.splice(0, this.#maxBatch);
    if (batch.length === 0) return;
    try {
      const results = await this.#compute(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, i) => {
        resolve(results[i]!);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
