/** The process that holds a lock, as the lock's file names it. */
export interface LockOwner {
  /** Its number. */
  pid: number;
  /** The name of its machine. */
  host: string;
  /** When it was started, in the system's own count; null where the system does not tell. */
  started: string | null;
  /** When it took the lock: ISO 8601, UTC; null in files of earlier versions. */
  since: string | null;
  /** What it took the lock for; null where it did not say. */
  command: string | null;
}

/** @returns undefined for a text that no process can have written. */
export function parseLockOwner(text: string): LockOwner | undefined {
  let value: Partial<Record<keyof LockOwner, unknown>> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, host } = value;
  if (!Number.isSafeInteger(pid) || (pid as number) < 1 || typeof host !== 'string') return undefined;
  return {
    pid: pid as number,
    host,
    started: textOf(value.started),
    since: textOf(value.since),
    command: textOf(value.command),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
