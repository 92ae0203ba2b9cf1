import { errorCode } from './file-system.js';
import type { LockOwner } from './lock-owner.js';
import { isHere, type LockPlace } from './lock-place.js';
import { processStatus } from './process-status.js';

/** State of the process that holds a lock; `unknown` until it has been watched for long enough. */
export type Finding = 'running' | 'ended' | 'unknown';

/** Time between two looks at a lock that is held on this machine. */
const POLL_MS = 50;

/** Longest time between two looks at a lock of another machine, on a shared disk. */
const LONGEST_POLL_MS = 1000;

/** Looks at a lock of another machine in the time of a lease. */
const LOOKS = 60;

/**
 * Finds out from repeated looks at a lock whether its owner still runs. A process here can be asked for. One of another
 * machine runs when it renews the lock, and has ended when it has not for a whole lease on the clock of this process, so
 * that nothing depends on the clocks of two machines.
 */
export class LockWatch {
  readonly #place: LockPlace;
  #text: string | undefined;
  #seenAt = 0;

  constructor(place: LockPlace) {
    this.#place = place;
  }

  async look(text: string, owner: LockOwner): Promise<Finding> {
    if (isHere(owner, this.#place)) return (await isRunning(owner)) ? 'running' : 'ended';
    // A lock of an earlier version is not renewed: there is no telling.
    if (owner.leaseSeconds === null) return 'running';
    if (isEarlierStart(owner, this.#place)) return 'ended';
    const now = this.#place.now();
    if (text !== this.#text) {
      const isFirst = this.#text === undefined;
      this.#text = text;
      this.#seenAt = now;
      return isFirst ? 'unknown' : 'running';
    }
    return now - this.#seenAt >= 1000 * owner.leaseSeconds ? 'ended' : 'unknown';
  }

  /** Waits for a while that suits the owner. */
  async pause(owner: LockOwner | undefined): Promise<void> {
    const isFar = owner?.leaseSeconds && !isHere(owner, this.#place);
    const pollMs = isFar ? Math.min(LONGEST_POLL_MS, (1000 * owner.leaseSeconds!) / LOOKS) : POLL_MS;
    await this.#place.sleep(pollMs);
  }
}

/**
 * Returns whether the owner is an earlier start of this very job: its scheduler starts one again only when that has
 * ended.
 */
function isEarlierStart({ job, restarts }: LockOwner, { job: own }: LockPlace): boolean {
  if (own === undefined || own.restarts === null || restarts === null) return false;
  return job === own.id && restarts < own.restarts;
}

async function isRunning(owner: LockOwner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
  const { state, started } = await processStatus(owner.pid);
  // A zombie has ended; only its parent has not asked for its exit code yet.
  if (state === 'Z' || state === 'X') return false;
  return started === null || owner.started === null || started === owner.started;
}
