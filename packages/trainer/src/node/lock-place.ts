import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { type Heartbeat, type HeartbeatOptions, startHeartbeat } from './heartbeat.js';
import { describeJob, type Job } from './job.js';
import type { LockOwner } from './lock-owner.js';

/** Place of a process that asks for locks, and its clocks; tests put others in their place. */
export interface LockPlace {
  host: string;
  /** Mark of the system in which a process id belongs to that process. */
  machine: string;
  job: Job | undefined;
  /** Milliseconds on a clock that nobody sets. */
  now(): number;
  /** Milliseconds on the clock of the day, which goes on while a machine sleeps. */
  wallNow(): number;
  sleep(ms: number): Promise<void>;
  startHeartbeat(options: HeartbeatOptions): Heartbeat;
}

/** Returns the place of this process. */
export function thisPlace(): LockPlace {
  const host = hostname();
  return {
    host,
    machine: machineMark(host),
    job: describeJob(),
    now: () => Number(process.hrtime.bigint()) / 1e6,
    wallNow: Date.now,
    sleep: async (ms) => setTimeout(ms),
    startHeartbeat,
  };
}

/** Returns whether the number of a lock's owner is that of a process here, whose state can be asked for. */
export function isHere(owner: LockOwner, { host, machine }: LockPlace): boolean {
  return owner.host === host && (owner.machine === null || owner.machine === machine);
}

/**
 * Returns a mark of the machine's name, and on Linux also of its boot and of the container: machines in a cluster may
 * share a name, and so may containers.
 */
function machineMark(host: string): string {
  return createHash('sha256').update(`${host} ${bootId()} ${processNamespace()}`).digest('hex').slice(0, 16);
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
