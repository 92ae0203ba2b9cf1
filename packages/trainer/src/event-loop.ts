const INTERVAL_MS = 20;

/**
 * Gives timers, signals and input a turn when they have had none for a while: a learner that computes synchronously
 * would otherwise keep Ctrl-C and every other event waiting until the end of the run.
 */
export class EventLoopTurns {
  #last = performance.now();

  async offer(): Promise<void> {
    if (performance.now() - this.#last < INTERVAL_MS) return;
    await nextTask();
    this.#last = performance.now();
  }
}

/** A browser has no setImmediate, and holds back the timers of a hidden page for a second or longer; messages it does not. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    // Node's types do without the browser's property.
    Object.assign(port1, {
      onmessage() {
        port1.close();
        resolve();
      },
    });
    port2.postMessage(null);
  });
}
