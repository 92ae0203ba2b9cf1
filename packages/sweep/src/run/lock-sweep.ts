import { join } from 'node:path';
import { named, sentence } from '@cifarlab/experiment';
import { acquireLock, type HeldLock, LockedError } from '@cifarlab/trainer/node';
import { SweepError } from '../sweep-error.js';

/** Returns the lock of a sweep's folder; there while a sweep runs in it. */
export function sweepLock(out: string): string {
  return join(out, 'sweep.lock');
}

/**
 * Takes the folder of a sweep, which no other sweep uses then.
 *
 * @param command what for, for others who find it in use.
 * @throws SweepError, `in-use`.
 */
export async function lockSweep(out: string, command: string | undefined): Promise<HeldLock> {
  try {
    return await acquireLock(sweepLock(out), command === undefined ? {} : { command });
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new SweepError(
      {
        code: 'in-use',
        value: out,
        rule: `another sweep runs in ${out}`,
        remedy: sentence`wait for its end or choose another folder with ${named('out')} (${error.message})`,
      },
      { cause: error },
    );
  }
}
