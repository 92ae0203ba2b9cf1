import {
  type AcquireLockOptions,
  acquireLock,
  type HeldLock,
  LockedError,
  LockLostError,
  runFolder,
} from '@cifarlab/trainer/node';
import { sentence } from '../settings/sentence.js';
import type { WarningEvent } from './events.js';
import type { RunOptions } from './options.js';
import { RunError } from './run-error.js';
import { tellWhile } from './tell-while.js';

/**
 * Takes the lock of a run's folder, under which alone anything is written there.
 *
 * @returns the lock; it is checked before each write.
 * @throws RunError, `in-use`, naming the process that holds it; the system's error, with the folder as its path, where
 *   one may not write; what `options.signal` was aborted with.
 */
export async function lockRun(path: string, options: AcquireLockOptions): Promise<HeldLock> {
  try {
    return await acquireLock(runFolder(path).lock, options);
  } catch (error) {
    if (error instanceof LockedError) {
      throw new RunError({ code: 'in-use', place: path, rule: `is in use: ${error.message}` }, { cause: error });
    }
    if (options.signal?.aborted) throw error;
    throw Object.assign(error as Error, { path });
  }
}

/** Returns what `lockRun` takes out of a run's options. */
export function lockOptions({
  command,
  leaseSeconds,
  signal,
}: Pick<RunOptions, 'command'> & { leaseSeconds?: number | undefined; signal?: AbortSignal | undefined }) {
  return {
    ...(command === undefined ? {} : { command }),
    ...(leaseSeconds === undefined ? {} : { leaseSeconds }),
    ...(signal === undefined ? {} : { signal }),
  } satisfies AcquireLockOptions;
}

/**
 * Takes something with a lock, and warns meanwhile when the lock has to be watched.
 *
 * @param take is given the function that warns.
 */
export function takeTelling<Taken>(
  take: (onWatch: NonNullable<AcquireLockOptions['onWatch']>) => Promise<Taken>,
  giveBack: (taken: Taken) => Promise<void>,
): AsyncGenerator<WarningEvent, Taken, undefined> {
  return tellWhile<WarningEvent, Taken>(async (tell, left) => {
    const taken = await take(({ pid, host, leaseSeconds }) => {
      const message = sentence`process ${pid} on ${host} holds the run; whether it still renews its lock is known in ${leaseSeconds ?? 0} seconds at most`;
      tell({ type: 'warning', code: 'watched-lock', message });
    });
    // Nobody is there any more who would give it back.
    if (left.aborted) await giveBack(taken);
    return taken;
  });
}

/** Returns a lost lock as an error of the run; other errors as they are. */
export function lostRun(path: string, error: unknown): unknown {
  if (!(error instanceof LockLostError)) return error;
  return new RunError(
    { code: 'lost', place: path, rule: `is not this process's any more: ${error.message}` },
    { cause: error },
  );
}

/** Does work that writes into the folder of a run, while no other process does. @throws as `lockRun`. */
export async function withRunLock<T>(path: string, options: AcquireLockOptions, work: () => Promise<T>): Promise<T> {
  const lock = await lockRun(path, options);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/**
 * Returns whether something in a run's folder is its lock, or was left behind by a process that was killed while taking
 * it.
 */
export function isLockFile(name: string): boolean {
  return /^(\.?run\.lock(\.takeover)*(\.([0-9a-f]{8}-\d+-)?[0-9a-f]{12}\.tmp)?)$/.test(name);
}
