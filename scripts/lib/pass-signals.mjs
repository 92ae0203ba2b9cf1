// @ts-check
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** @import { ChildProcess } from 'node:child_process' */

const SIGNALS = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGXCPU']).filter(
  (signal) => signal in constants.signals,
);

/** Time in which two signals count as one that arrives in two ways: from the terminal and through npm. */
const SAME_SIGNAL_MS = 250;

/** How long tools that were told to end may take. */
const GRACE_MS = 5000;

/**
 * Keeps this process running while a child of it runs, and gives the child the signals that ask for an end.
 *
 * @param {ChildProcess} child
 * @returns {() => boolean} stops that; true when there was such a signal.
 */
export function passSignals(child) {
  return onSignals((signal) => {
    // On Windows the console tells every process, and `kill` would end the child at once.
    if (process.platform !== 'win32') child.kill(signal);
  });
}

/**
 * Does the same for a tool that starts others, and may not pass a signal on: it leads a process group (`detached`), all
 * of which is told to end. What has not done so after five seconds, or at a second signal, is killed.
 *
 * @param {ChildProcess} leader
 * @returns {() => Promise<boolean>} waits for what is left of the group if there was such a signal; then as
 *   {@link passSignals}.
 */
export function passSignalsToGroup(leader) {
  let first = 0;
  const stop = onSignals(() => {
    if (first === 0) {
      first = performance.now();
      killGroup(leader, 'SIGTERM');
      setTimeout(() => killGroup(leader, 'SIGKILL'), GRACE_MS).unref();
    } else if (performance.now() - first >= SAME_SIGNAL_MS) killGroup(leader, 'SIGKILL');
  });
  return async () => {
    while (first !== 0 && performance.now() - first < GRACE_MS && killGroup(leader, 0)) await sleep(50);
    if (first !== 0) killGroup(leader, 'SIGKILL');
    return stop();
  };
}

/** @param {(signal: NodeJS.Signals) => void} act */
function onSignals(act) {
  let came = false;
  /** @param {NodeJS.Signals} signal */
  const handle = (signal) => {
    came = true;
    act(signal);
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handle);
    return came;
  };
}

/**
 * @param {ChildProcess} leader
 * @param {NodeJS.Signals | 0} signal
 * @returns {boolean} false when none of the group is left.
 */
function killGroup({ pid }, signal) {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch {
    return false;
  }
}
