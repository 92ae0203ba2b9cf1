import { writeSync } from 'node:fs';
import type { HeartbeatOptions, Moment } from '../../src/node/heartbeat.js';
import type { Job } from '../../src/node/job.js';
import { formatBeat } from '../../src/node/lock-owner.js';
import type { LockPlace } from '../../src/node/lock-place.js';

/** Milliseconds that its clocks are set to. */
const START = 1_000_000;

/** Machines that share a disk and a time that passes only while somebody sleeps; each may be stopped, or set wrong. */
export class LockWorld {
  #time = START;
  readonly #sleepers: { until: number; wake: () => void }[] = [];
  readonly #beats = new Set<{ host: string; due: number; intervalMs: number; renew: () => void }>();
  readonly #stopped = new Set<string>();
  #isPumping = false;

  /** Milliseconds since its beginning. */
  get time(): number {
    return this.#time - START;
  }

  stop(host: string): void {
    this.#stopped.add(host);
  }

  wake(host: string): void {
    this.#stopped.delete(host);
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.#sleep(ms);
  }

  /** @param clockMs how wrong the machine's clock of the day is. */
  place(
    host: string,
    { clockMs = 0, job, machine = host }: { clockMs?: number; job?: Job; machine?: string } = {},
  ): LockPlace {
    return {
      ...{ host, machine, job },
      now: () => this.#time,
      wallNow: () => this.#time + clockMs,
      sleep: (ms) => this.#sleep(ms),
      startHeartbeat: (options) => this.#startHeartbeat(host, clockMs, options),
    };
  }

  #startHeartbeat(host: string, clockMs: number, { fd, position, intervalMs, overdueMs }: HeartbeatOptions) {
    const moment = (): Moment => ({ monotonic: this.#time, wall: this.#time + clockMs });
    let [renewed, count, isStopped] = [moment(), 0, false];
    const renew = () => {
      writeSync(fd, formatBeat(++count), position);
      renewed = moment();
    };
    const beat = {
      ...{ host, intervalMs, due: this.#time + intervalMs },
      // One that is late is left to whoever checks the lock.
      renew: () => void (this.#time - renewed.monotonic <= overdueMs && !isStopped && renew()),
    };
    this.#beats.add(beat);
    return {
      renewedAt: () => renewed,
      renew,
      stop: async () => {
        isStopped = true;
        this.#beats.delete(beat);
      },
    };
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.push({ until: this.#time + ms, wake: resolve });
      this.#sleepers.sort((a, b) => a.until - b.until);
      this.#pump();
    });
  }

  /** Goes on to the next moment for which somebody waits, when those who do not have had a turn. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setTimeout(() => {
      this.#isPumping = false;
      const next = this.#sleepers.shift();
      if (next === undefined) return;
      this.#time = Math.max(this.#time, next.until);
      for (const beat of this.#beats) {
        if (beat.due > this.#time || this.#stopped.has(beat.host)) continue;
        beat.due = this.#time + beat.intervalMs;
        beat.renew();
      }
      next.wake();
      if (this.#sleepers.length > 0) this.#pump();
    }, 1);
  }
}
