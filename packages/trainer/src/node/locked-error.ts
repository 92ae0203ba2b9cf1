import { describeLockOwner, type LockOwner } from './lock-owner.js';

/** A lock that a running process holds; the message names the process, the file and the remedy. */
export class LockedError extends Error {
  override readonly name = 'LockedError';

  constructor(
    /** The lock's file. */
    readonly file: string,
    /** Who holds it. */
    readonly owner: LockOwner,
  ) {
    super(
      `${describeLockOwner(owner)} holds ${file}; wait until it ends, or remove that file if there is no such process any more`,
    );
  }
}
