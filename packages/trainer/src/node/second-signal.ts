import { Worker } from 'node:worker_threads';
import { threadsWithRoom } from '@cifarlab/internals/address-space';

/** How long the main thread may be busy before it no longer counts as able to end the process itself. */
const GRACE_MS = 1000;
const HEARTBEAT_MS = 50;

/**
 * The worker's program. Handlers of `process.on` wait until the main thread has finished its present computation; a
 * worker's own event loop hears of a signal at once. Node has no public call for that: where the one below is missing,
 * the worker does nothing.
 */
const PROGRAM = `
  const { parentPort, workerData: { signals, beats, graceMs, sameMs } } = require('node:worker_threads');
  const { constants } = require('node:os');
  process.noDeprecation = true;
  parentPort.on('message', () => {});
  try {
    const { Signal } = process.binding('signal_wrap');
    let received = 0;
    let last = -Infinity;
    const onSignal = () => {
      const now = performance.now();
      if (now - last > sameMs) received += 1;
      last = now;
      if (received < 2) return;
      const before = Atomics.load(beats, 0);
      setTimeout(() => {
        if (Atomics.load(beats, 0) === before) process.kill(process.pid, 'SIGKILL');
      }, graceMs);
    };
    for (const name of signals) {
      const watcher = new Signal();
      watcher.onsignal = onSignal;
      watcher.start(constants.signals[name]);
    }
  } catch {}
`;

/**
 * Ends the process by SIGKILL after a second one of these signals, when a computation keeps the main thread busy for
 * another second: a synchronous training step of a minute would otherwise keep all signals waiting. A main thread that
 * is not busy is left alone, and its own handlers decide.
 *
 * @param signals names of signals that the main thread handles.
 * @param sameMs what follows within this many milliseconds is the same signal again, in two ways.
 * @returns a function that stops watching.
 */
export function endOnSecondSignal(signals: readonly NodeJS.Signals[], sameMs: number): () => void {
  // A process that may not have another thread works without this.
  if (threadsWithRoom(1) < 1) return () => {};
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const heart = setInterval(() => Atomics.add(beats, 0, 1), HEARTBEAT_MS);
  heart.unref();
  const worker = new Worker(PROGRAM, {
    eval: true,
    execArgv: [],
    workerData: { signals, beats, graceMs: GRACE_MS, sameMs },
  });
  worker.unref();
  // So it does if the system refuses the thread.
  worker.on('error', () => {});
  return () => {
    clearInterval(heart);
    void worker.terminate();
  };
}
