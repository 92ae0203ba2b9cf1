import { randomBytes } from 'node:crypto';
import { link, lstat, readFile, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, nodeFileSystem } from './file-system.js';
import { type LockOwner, parseLockOwner } from './lock-owner.js';
import { LockedError } from './locked-error.js';
import { processStatus } from './process-status.js';
import { removeAbandoned, temporaryName } from './temporary-file.js';

/** Options of {@link acquireLock} and {@link waitForRelease}. */
export interface LockOptions {
  /** How many seconds to wait for a process that holds the lock. Default 0. */
  patienceSeconds?: number;
}

/** Options of {@link acquireLock}. */
export interface AcquireLockOptions extends LockOptions {
  /** What the lock is taken for, in words for whoever finds it held: a command line, say. Default: nothing. */
  command?: string;
}

/** Between two looks at a lock that is held. */
const POLL_MS = 50;

/** A lock is some lines. */
const MOST_BYTES = 2 ** 16;

/** How long a file system without hard links may leave a new lock empty before its content is there. */
const WRITING_MS = 250;

/** Errors of file systems that have no hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * Takes a lock that is a file: JSON that names the process which holds it. Asking for it changes nothing while another
 * process holds it. The lock of a process that has ended, by a crash for example, is taken over; a process of another
 * machine counts as running, because this one cannot tell.
 *
 * A process that asks for a lock which it holds already is refused like any other.
 *
 * @param file in an existing folder; it is there while the lock is held.
 * @returns a function that gives the lock back.
 * @throws LockedError naming the process that holds it; Error when something that is not a file is in its place; the
 *   operating system's error when the file cannot be made.
 */
export async function acquireLock(
  file: string,
  { patienceSeconds = 0, command }: AcquireLockOptions = {},
): Promise<() => Promise<void>> {
  const { started } = await processStatus(process.pid);
  const since = new Date().toISOString();
  const owner: LockOwner = { pid: process.pid, host: hostname(), started, since, command: command ?? null };
  const text = `${JSON.stringify(owner, null, 2)}\n`;
  for (;;) {
    await waitForRelease(file, { patienceSeconds });
    if (await createWhole(file, text)) {
      return async () => {
        if ((await readLock(file).catch(() => undefined)) === text) await unlink(file).catch(() => {});
      };
    }
  }
}

/**
 * Waits until nobody holds a lock, and removes one that a process has left behind.
 *
 * @param file as of {@link acquireLock}.
 * @throws LockedError naming the process that still holds it; Error when something that is not a file is in its place.
 */
export async function waitForRelease(file: string, { patienceSeconds = 0 }: LockOptions = {}): Promise<void> {
  const deadline = performance.now() + 1000 * patienceSeconds;
  for (;;) {
    const text = await readLock(file);
    if (text === undefined) return;
    const owner = parseLockOwner(text);
    if (owner === undefined ? await staysAsItIs(file, text) : !(await isAlive(owner))) {
      await removeStale(file, text);
    } else if (owner !== undefined && performance.now() >= deadline) {
      throw new LockedError(file, owner);
    } else {
      await sleep(POLL_MS);
    }
  }
}

/**
 * Makes the file with its whole content at once, so that nobody ever reads a part of it.
 *
 * @returns false when there is one already.
 */
async function createWhole(file: string, text: string): Promise<boolean> {
  const folder = dirname(file);
  await removeAbandoned(folder, basename(file), nodeFileSystem);
  const own = join(folder, temporaryName(basename(file), randomBytes(6).toString('hex')));
  try {
    await writeFile(own, text, { flag: 'wx' });
    await link(own, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!NO_LINKS.includes(errorCode(error) ?? '')) throw error;
    return await createExclusive(file, text);
  } finally {
    await unlink(own).catch(() => {});
  }
}

/** The same on a file system without hard links, where the content comes a moment after the file. */
async function createExclusive(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    // It was made here, and then the disk was full, say.
    await unlink(file).catch(() => {});
    throw error;
  }
}

/** Tells a lock that is damaged from one that is just being written. */
async function staysAsItIs(file: string, text: string): Promise<boolean> {
  await sleep(WRITING_MS);
  return (await readLock(file)) === text;
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

/**
 * @returns undefined when nobody holds the lock.
 * @throws Error when there is something else in its place, a link to nowhere for example, which nobody would ever
 *   release.
 */
async function readLock(file: string): Promise<string | undefined> {
  try {
    const entry = await lstat(file);
    if (!entry.isFile()) throw new Error(`${file} is not a file, and a lock is one; remove it`);
    if (entry.size > MOST_BYTES) throw new Error(`${file} has ${entry.size} bytes, and is not a lock; remove it`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Processes of other machines count as alive: there is no telling. */
async function isAlive(owner: LockOwner): Promise<boolean> {
  if (owner.host !== hostname()) return true;
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
