import { closeSync, unlinkSync } from 'node:fs';
import type { Heartbeat } from './heartbeat.js';
import { readLock } from './lock-file.js';
import { LockLostError } from './lock-lost-error.js';
import { parseLockOwner } from './lock-owner.js';
import type { LockPlace } from './lock-place.js';

/** A lock that this process has taken, and renews until it gives it back. */
export interface HeldLock {
  /** The lock's file. */
  readonly file: string;
  /**
   * Makes sure that the lock is still held. To be called before each write to what it guards, with nothing in between.
   *
   * @throws LockLostError when another process has taken it over, or its file is gone; then and from then on.
   */
  check(): Promise<void>;
  /** Gives the lock back; one that was lost is left to its new owner. */
  release(): Promise<void>;
}

/** Parts of a lock. */
export interface LeaseParts {
  file: string;
  /** A mark that tells this acquisition of the lock from every other. */
  token: string;
  /** The file, opened for writing. */
  fd: number;
  /** Bytes before the count of renewals. */
  beatPosition: number;
  leaseSeconds: number;
  place: LockPlace;
  /** Does some work while nobody takes the lock over. */
  undisturbed: (work: () => void) => Promise<void>;
}

/** Renewals within a lease: some may fail. */
const RENEWALS = 6;

/** The part of a lease after which others may be about to take it over. */
const SAFE_PART = 0.75;

/** A lock with a lease. At any moment the process whose token is in the file holds it, and no other. */
export class Lease implements HeldLock {
  readonly file: string;
  readonly #parts: LeaseParts;
  readonly #heartbeat: Heartbeat;
  readonly #overdueMs: number;
  #lost: LockLostError | undefined;
  #reclaiming: Promise<void> | undefined;
  #released: Promise<void> | undefined;

  constructor(parts: LeaseParts) {
    const { file, fd, beatPosition, leaseSeconds, place } = parts;
    this.file = file;
    this.#parts = parts;
    this.#overdueMs = SAFE_PART * 1000 * leaseSeconds;
    this.#heartbeat = place.startHeartbeat({
      ...{ fd, position: beatPosition },
      intervalMs: (1000 * leaseSeconds) / RENEWALS,
      overdueMs: this.#overdueMs,
      // The next writer gets the error.
      onOverdue: () => void this.check().catch(() => {}),
    });
  }

  async check(): Promise<void> {
    if (this.#isOverdue()) await this.#reclaim();
    this.#requireOwn();
  }

  release(): Promise<void> {
    this.#released ??= this.#giveBack();
    return this.#released;
  }

  async #giveBack(): Promise<void> {
    await this.#heartbeat.stop();
    try {
      closeSync(this.#parts.fd);
      this.#requireOwn();
      unlinkSync(this.file);
    } catch {
      // It is another's, or gone already.
    }
  }

  #isOverdue(): boolean {
    const { now, wallNow } = this.#parts.place;
    const { monotonic, wall } = this.#heartbeat.renewedAt();
    return Math.max(now() - monotonic, wallNow() - wall) > this.#overdueMs;
  }

  #requireOwn(): void {
    if (this.#lost !== undefined) throw this.#lost;
    const text = readLock(this.file);
    if (text?.includes(this.#parts.token)) return;
    this.#lost = new LockLostError(this.file, text === undefined ? undefined : parseLockOwner(text));
    void this.#heartbeat.stop();
    throw this.#lost;
  }

  /** Renews a lock that nobody has taken over yet, though it was not renewed in time. */
  #reclaim(): Promise<void> {
    this.#requireOwn();
    this.#reclaiming ??= this.#parts
      .undisturbed(() => {
        this.#requireOwn();
        this.#heartbeat.renew();
      })
      .finally(() => {
        this.#reclaiming = undefined;
      });
    return this.#reclaiming;
  }
}
