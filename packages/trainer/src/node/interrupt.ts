import { endOnSecondSignal } from './second-signal.js';

/** Options of {@link withInterrupt}. */
export interface InterruptOptions {
  /** Told about the first signal, to say that the run is coming to its end and that a second one ends it at once. */
  onInterrupt?: (signal: NodeJS.Signals) => void;
}

/** What a shell reports for a program ended by Ctrl-C. */
const EXIT_CODE = 130;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];

/**
 * Runs `work` with a signal that the first SIGINT (Ctrl-C) or SIGTERM aborts, so that it can end in good order. A second
 * one exits the process at once with code 130; by SIGKILL after a second when a computation keeps the main thread busy. The handlers are removed when `work` is done, however it ends.
 *
 * @returns what `work` returns; `signal.aborted` tells it whether it was interrupted.
 */
export async function withInterrupt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { onInterrupt }: InterruptOptions = {},
): Promise<T> {
  const controller = new AbortController();
  const handle = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(EXIT_CODE);
    controller.abort(new Error(`Interrupted by ${signal}.`));
    onInterrupt?.(signal);
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  const stopWatching = endOnSecondSignal(SIGNALS);
  try {
    return await work(controller.signal);
  } finally {
    stopWatching();
    for (const signal of SIGNALS) process.off(signal, handle);
  }
}
