import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOnSecondSignal } from './second-signal.js';
import { signalExitCode } from './signal-exit-code.js';

/** Options of {@link withInterrupt}. */
export interface InterruptOptions {
  /** Called on the first signal, to say that the run is about to end and that a second signal ends it at once. */
  onInterrupt?: (signal: NodeJS.Signals) => void;
}

/**
 * One press of Ctrl-C, or one order to stop a job, may arrive twice: from the terminal and from npm, which passes it
 * on. A second signal within this many milliseconds is the same one.
 */
const SAME_SIGNAL_MS = 250;

/** Signals that ask a process to end; a closed terminal sends SIGHUP, batch systems send SIGUSR1, SIGUSR2 or SIGXCPU. */
const SIGNALS = (
  ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU', 'SIGBREAK'] as NodeJS.Signals[]
).filter((signal) => signal in constants.signals);

/**
 * Runs `work` with a signal that is aborted by the first of SIGINT (Ctrl-C), SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2,
 * SIGXCPU and, on Windows, SIGBREAK, so that it can end in good order. A second one of any kind exits the process at once
 * with 128 plus its number as code, 130 for SIGINT and 143 for SIGTERM, unless it comes within a quarter of a second, as one that arrives by two ways does, or is one more
 * SIGXCPU, which the system sends every second. Where a computation keeps the main thread busy, SIGKILL ends the process
 * a second after the second signal. The handlers are removed when `work` is done, however it ends, and no sooner than a
 * quarter of a second after a signal; meanwhile SIGUSR1 does not open Node's debugger.
 *
 * @returns what `work` returns; `signal.aborted` tells it whether it was interrupted.
 */
export async function withInterrupt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { onInterrupt }: InterruptOptions = {},
): Promise<T> {
  const controller = new AbortController();
  let abortedAt = 0;
  const handle = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      abortedAt = performance.now();
      controller.abort(new Error(`Interrupted by ${signal}.`));
      onInterrupt?.(signal);
    } else if (signal !== 'SIGXCPU' && performance.now() - abortedAt >= SAME_SIGNAL_MS) {
      process.exit(signalExitCode(signal));
    }
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  const stopWatching = endOnSecondSignal(
    SIGNALS.filter((signal) => signal !== 'SIGXCPU'),
    SAME_SIGNAL_MS,
  );
  try {
    return await work(controller.signal);
  } finally {
    // The same signal, arriving the other way, must not end the next steps.
    if (controller.signal.aborted) await sleep(Math.max(0, abortedAt + SAME_SIGNAL_MS - performance.now()));
    stopWatching();
    for (const signal of SIGNALS) process.off(signal, handle);
  }
}
