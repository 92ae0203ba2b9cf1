/** The process that holds a lock, as the lock's file names it. */
export interface LockOwner {
  /** The process's number. */
  pid: number;
  /** The name of its machine. */
  host: string;
  /**
   * Mark that tells its system, in which `pid` is its number, from others of the same name; null if it is not known.
   */
  machine: string | null;
  /** Time of its start, in the system's own count; null if the system does not tell. */
  started: string | null;
  /** Time at which it took the lock: ISO 8601, UTC; null in files of earlier versions. */
  since: string | null;
  /** Purpose for which it took the lock; null if it did not say. */
  command: string | null;
  /** The job of a cluster that it is part of; null outside of one. */
  job: string | null;
  /** How often that job was started again before; null if its scheduler does not tell. */
  restarts: number | null;
  /** A mark that tells this acquisition of the lock from every other; null in files of earlier versions. */
  token: string | null;
  /** Seconds after which the lock is free unless it is renewed; null in files of earlier versions, which are not. */
  leaseSeconds: number | null;
}

/** Digits of the count of renewals: always as many, so that a renewal changes them and nothing else. */
const BEAT_DIGITS = 12;

const beatDigits = (beat: number | bigint) => String(beat).padStart(BEAT_DIGITS, '0');

/** A lock's file with what is written into it to renew it. */
export interface LockText {
  text: string;
  /** Bytes before the count of renewals. */
  beatPosition: number;
}

/** Writes a lock's file. */
export function formatLockOwner(owner: LockOwner): LockText {
  const text = `${JSON.stringify({ ...owner, beat: beatDigits(0) }, null, 2)}\n`;
  const beatPosition = Buffer.byteLength(text.slice(0, text.lastIndexOf(beatDigits(0))));
  return { text, beatPosition };
}

/** Returns what the n-th renewal writes. */
export function formatBeat(beat: number | bigint): string {
  return beatDigits(beat);
}

/** Leases that are taken at their word: up to a day. */
const LONGEST_LEASE_SECONDS = 86_400;

/** @returns undefined for a text that no process can have written. */
export function parseLockOwner(text: string): LockOwner | undefined {
  let value: Partial<Record<keyof LockOwner, unknown>> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, host, leaseSeconds, restarts } = value;
  if (!Number.isSafeInteger(pid) || (pid as number) < 1 || typeof host !== 'string') return undefined;
  const isLease = typeof leaseSeconds === 'number' && leaseSeconds > 0 && leaseSeconds <= LONGEST_LEASE_SECONDS;
  return {
    pid: pid as number,
    host,
    machine: textOf(value.machine),
    started: textOf(value.started),
    since: textOf(value.since),
    command: textOf(value.command),
    job: textOf(value.job),
    restarts: Number.isSafeInteger(restarts) ? (restarts as number) : null,
    token: textOf(value.token),
    leaseSeconds: isLease ? leaseSeconds : null,
  };
}

/** Names the process for a person: `process 12 on host (cifarlab train mlp, since 2026-01-02T03:04:05.678Z)`. */
export function describeLockOwner({ pid, host, since, command, job }: LockOwner): string {
  const details = [command, job, since === null ? null : `since ${since}`].filter((part) => part !== null);
  return `process ${pid} on ${host}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
