import { show } from '@cifarlab/internals/show';
import type { BatchSums } from './learner.js';

/** Adds up the sums of batches; the means come at the very end. */
export class BatchTotals {
  count = 0;
  #loss = 0;
  #correct = 0;

  /** @param source who gave the sums, for the message of the TypeError thrown when they are not sums. */
  add(sums: BatchSums, source: string): void {
    const { count, loss, correct } = sums ?? {};
    if (!Number.isSafeInteger(count) || count < 1 || typeof loss !== 'number' || !(correct >= 0 && correct <= count)) {
      throw new TypeError(
        `${source} must return { count, loss, correct } with a count of 1 or more, the loss as a number and 0 to count correct; got { count: ${show(count)}, loss: ${show(loss)}, correct: ${show(correct)} }.`,
      );
    }
    this.count += count;
    this.#loss += loss;
    this.#correct += correct;
  }

  /** Mean loss per example. */
  get loss(): number {
    return this.#loss / this.count;
  }

  /** Part of the examples classified correctly, 0 to 1. */
  get accuracy(): number {
    return this.#correct / this.count;
  }
}
