import { readLock } from './lock-file.js';
import { parseLockOwner } from './lock-owner.js';
import { thisPlace } from './lock-place.js';
import { type Finding, LockWatch } from './lock-watch.js';

/** Looks at a lock from time to time to tell whether a process holds it, and changes nothing. */
export class LockObserver {
  readonly #file: string;
  readonly #watch = new LockWatch(thisPlace());

  /** @param file as `acquireLock` takes it; need not be there. */
  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Looks at the lock.
   *
   * @returns `ended` where nobody holds it, also when a process has left it behind; `unknown` for a process of another
   *   machine, until its lock was seen to be renewed (`running`), or not to be for a whole lease (`ended`).
   * @throws Error when something that is not a lock is in its place; the system's error when it cannot be read.
   */
  async look(): Promise<Finding> {
    const text = readLock(this.#file);
    if (text === undefined) return 'ended';
    const owner = parseLockOwner(text);
    return owner === undefined ? 'unknown' : this.#watch.look(text, owner);
  }
}
