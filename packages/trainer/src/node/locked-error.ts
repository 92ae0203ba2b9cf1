import type { LockOwner } from './lock-owner.js';

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
      `${describeOwner(owner)} holds ${file}; wait until it ends, or remove that file if there is no such process any more`,
    );
  }
}

/** `process 12 on host (cifarlab train mlp, since 2026-01-02T03:04:05.678Z)` */
function describeOwner({ pid, host, since, command }: LockOwner): string {
  const details = [command, since === null ? null : `since ${since}`].filter((part) => part !== null);
  return `process ${pid} on ${host}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
}
