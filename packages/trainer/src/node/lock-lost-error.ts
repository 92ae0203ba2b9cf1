import { describeLockOwner, type LockOwner } from './lock-owner.js';

/**
 * A lock that this process held and has lost: it did not renew it in time, because it was stopped or could not reach the
 * disk, and another process took it over, or the lock's file was removed. What it guards must not be written any more.
 */
export class LockLostError extends Error {
  override readonly name = 'LockLostError';

  constructor(
    /** The lock's file. */
    readonly file: string,
    /** Who holds it now; undefined when nobody does. */
    readonly owner: LockOwner | undefined,
  ) {
    const what =
      owner === undefined
        ? `${file} was removed while this process held it`
        : `${describeLockOwner(owner)} has taken over ${file}, which this process held and did not renew in time, as it was stopped or could not reach the disk`;
    const remedy =
      owner === undefined ? 'start again' : 'leave the work to that process, or start again when it has ended';
    super(`${what}; nothing more is written here: ${remedy}`);
  }
}
