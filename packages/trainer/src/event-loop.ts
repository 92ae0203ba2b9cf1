const INTERVAL_MS = 20;

/**
 * Gives timers, signals and input a turn when they have had none for a while: a learner that computes synchronously
 * would otherwise keep Ctrl-C and every other event waiting until the end of the run.
 */
export class EventLoopTurns {
  #last = performance.now();

  async offer(): Promise<void> {
    if (performance.now() - this.#last < INTERVAL_MS) return;
    await new Promise<void>((resolve) => {
      // A browser has no setImmediate.
      if (typeof setImmediate === 'function') setImmediate(resolve);
      else setTimeout(resolve, 0);
    });
    this.#last = performance.now();
  }
}
