import { randomBytes } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who holds a lock. */
interface Owner {
  pid: number;
  host: string;
  /** When the process was started, where the system tells: another process may get the same number later. */
  started: string | null;
}

/** Seconds that the processes of a killed sweep may take to notice, and to let go of their trials. */
export const orphanPatience = 60;

/** A lock that a running process holds. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

/**
 * Takes a lock that is a file. One that was left behind by a process which is no more is taken over.
 *
 * @param patienceSeconds how long to wait for a process that holds it.
 * @returns what gives it back.
 * @throws LockedError naming the process that holds it.
 */
export async function acquireLock(
  file: string,
  { patienceSeconds = 0 }: { patienceSeconds?: number } = {},
): Promise<() => Promise<void>> {
  const self = await ownerOf(process.pid);
  const own = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(own, `${JSON.stringify(self)}\n`);
  try {
    for (;;) {
      await waitForRelease(file, { patienceSeconds });
      try {
        // The file is there with its content at once, or not at all.
        await link(own, file);
        return () => unlink(file).catch(() => {});
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } finally {
    await unlink(own).catch(() => {});
  }
}

/**
 * Waits until nobody holds a lock, and removes one that was left behind.
 *
 * @throws LockedError naming the process that still holds it.
 */
export async function waitForRelease(
  file: string,
  { patienceSeconds = 0 }: { patienceSeconds?: number } = {},
): Promise<void> {
  const deadline = performance.now() + 1000 * patienceSeconds;
  for (;;) {
    const text = await readLock(file);
    if (text === undefined) return;
    const owner = parseOwner(text);
    if (owner === undefined || !(await isAlive(owner))) {
      await removeStale(file, text);
    } else if (performance.now() >= deadline) {
      throw new LockedError(`process ${owner.pid} on ${owner.host} holds ${file}`);
    } else {
      await sleep(50);
    }
  }
}

/** Removes the lock with this content, and no other that has taken its place meanwhile. */
async function removeStale(file: string, text: string): Promise<void> {
  // Only who holds this one removes what somebody left behind, so that it is still the same when it is removed.
  const release = await acquireLock(`${file}.takeover`, { patienceSeconds: 5 });
  try {
    if ((await readLock(file)) === text) await unlink(file);
  } finally {
    await release();
  }
}

/** @returns undefined when nobody holds the lock. */
async function readLock(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner;
    return Number.isSafeInteger(owner.pid) && owner.pid > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** Processes of other machines count as alive: there is no telling. */
async function isAlive(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const { state, started } = await processStatus(owner.pid);
  // A zombie has ended; only its parent has not asked for its exit code yet.
  if (state === 'Z' || state === 'X') return false;
  return started === null || owner.started === null || started === owner.started;
}

async function ownerOf(pid: number): Promise<Owner> {
  const { started } = await processStatus(pid);
  return { pid, host: hostname(), started };
}

/** From Linux's /proc; elsewhere there is none. */
async function processStatus(pid: number): Promise<{ state: string | null; started: string | null }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return { state: null, started: null };
  // Counted after the name in brackets, which may hold blanks: the 3rd field and the 22nd, in clock ticks since boot.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? null, started: fields[19] ?? null };
}
