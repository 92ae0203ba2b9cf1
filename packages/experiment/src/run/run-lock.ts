import { type AcquireLockOptions, acquireLock, LockedError, runFolder } from '@cifarlab/trainer/node';
import { RunError } from './run-error.js';

/**
 * Takes the lock of a run's folder, under which alone anything is written there.
 *
 * @returns what gives it back.
 * @throws RunError, `in-use`, naming the process that holds it; the system's error, with the folder as its path, where
 *   one may not write.
 */
export async function lockRun(path: string, options: AcquireLockOptions): Promise<() => Promise<void>> {
  try {
    return await acquireLock(runFolder(path).lock, options);
  } catch (error) {
    if (error instanceof LockedError) {
      throw new RunError({ code: 'in-use', place: path, rule: `is in use: ${error.message}` }, { cause: error });
    }
    throw Object.assign(error as Error, { path });
  }
}

/** Does work that writes into the folder of a run, while no other process does. @throws as `lockRun`. */
export async function withRunLock<T>(path: string, options: AcquireLockOptions, work: () => Promise<T>): Promise<T> {
  const release = await lockRun(path, options);
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Whether something in a run's folder is its lock, or was left behind by a process that was killed while taking it. */
export function isLockFile(name: string): boolean {
  return /^(\.?run\.lock(\.takeover)*(\.([0-9a-f]{8}-\d+-)?[0-9a-f]{12}\.tmp)?)$/.test(name);
}
