import { fdatasyncSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { threadsWithRoom } from '@cifarlab/internals/address-space';
import { formatBeat } from './lock-owner.js';

/** The file to renew, and how often. */
export interface HeartbeatOptions {
  /**
   * The lock's own file, opened for writing. It stays this file when another takes its name, so that a renewal can never
   * bring a lost lock back.
   */
  fd: number;
  /** Bytes before the count of renewals. */
  position: number;
  /** Milliseconds between two renewals. */
  intervalMs: number;
  /** Milliseconds after a renewal when the next one comes too late to be made without asking. */
  overdueMs: number;
  /** Called when a renewal is overdue. */
  onOverdue: () => void;
}

/** A moment on both clocks, in milliseconds: the one nobody sets, and the one of the day. */
export interface Moment {
  monotonic: number;
  wall: number;
}

/** Renews a lock from time to time, regardless of what the main thread does. */
export interface Heartbeat {
  /** Returns when the lock was last renewed. */
  renewedAt(): Moment;
  /** Renews it now, late or not. @throws the system's error. */
  renew(): void;
  /** Renews it no more; resolves when no renewal is under way. */
  stop(): Promise<void>;
}

/** Places in the shared state: nanoseconds, milliseconds, a count. */
const [MONOTONIC, WALL, BEAT] = [0, 1, 2];

/** A lock that is held for a moment needs no thread. */
const THREAD_AFTER_MS = 1000;

/**
 * The worker's program: a lock must not be lost because a computation keeps the main thread busy for a minute. A
 * renewal that is overdue is left to the main thread, which first finds out whether the lock is still its own.
 */
const PROGRAM = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { fdatasyncSync, writeSync } = require('node:fs');
  const { fd, position, digits, intervalMs, overdueMs, shared } = workerData;
  const state = new BigInt64Array(shared);
  setInterval(() => {
    const monotonic = process.hrtime.bigint();
    const wall = BigInt(Date.now());
    const late = BigInt(Math.ceil(overdueMs));
    const isOverdue =
      monotonic - Atomics.load(state, ${MONOTONIC}) > late * 1000000n || wall - Atomics.load(state, ${WALL}) > late;
    if (isOverdue) return parentPort.postMessage('overdue');
    try {
      const beat = Atomics.add(state, ${BEAT}, 1n) + 1n;
      writeSync(fd, String(beat).padStart(digits, '0'), position);
      fdatasyncSync(fd);
    } catch {
      return;
    }
    Atomics.store(state, ${MONOTONIC}, monotonic);
    Atomics.store(state, ${WALL}, wall);
  }, intervalMs);
`;

/** Starts to renew a lock that was taken just now. */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { fd, position, intervalMs, overdueMs, onOverdue } = options;
  const shared = new SharedArrayBuffer(3 * BigInt64Array.BYTES_PER_ELEMENT);
  const state = new BigInt64Array(shared);
  const renewedAt = () => ({
    monotonic: Number(Atomics.load(state, MONOTONIC)) / 1e6,
    wall: Number(Atomics.load(state, WALL)),
  });
  const note = (monotonic: bigint, wall: number) => {
    Atomics.store(state, MONOTONIC, monotonic);
    Atomics.store(state, WALL, BigInt(wall));
  };
  const renew = () => {
    const [monotonic, wall] = [process.hrtime.bigint(), Date.now()];
    writeSync(fd, formatBeat(Atomics.add(state, BEAT, 1n) + 1n), position);
    fdatasyncSync(fd);
    note(monotonic, wall);
  };
  note(process.hrtime.bigint(), Date.now());

  let worker: Worker | undefined;
  let timer: NodeJS.Timeout;
  /** Where the system refuses a thread, the main thread has to find the time. */
  const renewHere = () => {
    timer = setInterval(() => {
      const { monotonic, wall } = renewedAt();
      const elapsed = Math.max(Number(process.hrtime.bigint()) / 1e6 - monotonic, Date.now() - wall);
      if (elapsed > overdueMs) return onOverdue();
      try {
        renew();
      } catch {
        // The disk does not answer, or the file is gone; whoever is about to write finds out which.
      }
    }, intervalMs);
    timer.unref();
  };
  const begin = () => {
    if (threadsWithRoom(1) < 1) return renewHere();
    const digits = formatBeat(0).length;
    const workerData = { fd, position, digits, intervalMs, overdueMs, shared };
    worker = new Worker(PROGRAM, { eval: true, execArgv: [], workerData });
    worker.unref();
    worker.on('message', onOverdue);
    worker.on('error', () => {
      worker = undefined;
      renewHere();
    });
  };
  timer = setTimeout(begin, Math.min(THREAD_AFTER_MS, intervalMs));
  timer.unref();
  return {
    renewedAt,
    renew,
    async stop() {
      clearTimeout(timer);
      clearInterval(timer);
      await worker?.terminate();
    },
  };
}
