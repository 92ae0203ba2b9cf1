import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, unlinkSync } from 'node:fs';
import { link, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode, nodeFileSystem } from './file-system.js';
import { type HeldLock, Lease } from './held-lock.js';
import { readLock } from './lock-file.js';
import { formatLockOwner, type LockOwner, parseLockOwner } from './lock-owner.js';
import { type LockPlace, thisPlace } from './lock-place.js';
import { LockWatch } from './lock-watch.js';
import { LockedError } from './locked-error.js';
import { processStatus } from './process-status.js';
import { removeAbandoned, temporaryName } from './temporary-file.js';

/** Options of {@link acquireLock} and {@link waitForRelease}. */
export interface LockOptions {
  /** Seconds to wait for a process that holds the lock. Default 0. */
  patienceSeconds?: number;
  /**
   * Called once, if another machine holds the lock, which then has to be watched for a while to find out whether its
   * owner still runs.
   */
  onWatch?: (owner: LockOwner) => void;
  /** Ends the waiting; what it was aborted with is thrown. */
  signal?: AbortSignal;
}

/** Options of {@link acquireLock}. */
export interface AcquireLockOptions extends LockOptions {
  /** Purpose of the lock, in words for whoever finds it held, such as a command line. Default: none. */
  command?: string;
  /**
   * Seconds for which other machines respect the lock when it is not renewed, which happens six times in them. Default
   * 60.
   */
  leaseSeconds?: number;
}

/** Seconds that a busy file server may keep everybody waiting. */
const LEASE_SECONDS = 60;

/** How long a file system without hard links may leave a new lock empty before its content is there. */
const WRITING_MS = 250;

/** Errors of file systems that have no hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * Takes a lock that is a file: JSON that names the process which holds it. Asking for it changes nothing while another
 * process holds it. The lock of a process that has ended, by a crash for example, is taken over: of one of this machine at
 * once; of one of another machine when it has not been renewed for its lease, as this process sees it, or when that was an
 * earlier start of the job that this process is part of. To find out may take as long as a lease.
 *
 * A process that is stopped for longer may lose its lock, and must not write then to what it guards: it calls
 * `lock.check()` before each write. Clocks may differ from machine to machine.
 *
 * A process that asks for a lock which it holds already is refused like any other.
 *
 * @param file in an existing folder; it is there while the lock is held.
 * @returns the lock, to be checked and given back.
 * @throws LockedError naming the process that holds it; Error when something that is not a file is in its place; the
 *   operating system's error when the file cannot be made.
 */
export function acquireLock(file: string, options: AcquireLockOptions = {}): Promise<HeldLock> {
  return acquireLockFrom(thisPlace(), file, options);
}

/**
 * Waits until nobody holds a lock, and removes one that a process has left behind.
 *
 * @param file as of {@link acquireLock}.
 * @throws LockedError naming the process that still holds it; Error when something that is not a file is in its place.
 */
export function waitForRelease(file: string, options: LockOptions = {}): Promise<void> {
  return waitForReleaseFrom(thisPlace(), file, options);
}

/** Does what `acquireLock` does, as a process of this place. */
export async function acquireLockFrom(
  place: LockPlace,
  file: string,
  { command, leaseSeconds = LEASE_SECONDS, ...wait }: AcquireLockOptions = {},
): Promise<HeldLock> {
  const { started } = await processStatus(process.pid);
  const { host, machine, job } = place;
  const token = randomBytes(16).toString('hex');
  const { text, beatPosition } = formatLockOwner({
    ...{ pid: process.pid, host, machine, started, since: new Date(place.wallNow()).toISOString() },
    ...{ command: command ?? null, job: job?.id ?? null, restarts: job?.restarts ?? null, token, leaseSeconds },
  });
  const undisturbed = (work: () => void) => whileNobodyTakesOver(place, file, work);
  for (;;) {
    await waitForReleaseFrom(place, file, wait);
    if (!(await createWhole(file, text))) continue;
    const fd = openOwn(file, text);
    if (fd === undefined) continue;
    return new Lease({ file, token, fd, beatPosition, leaseSeconds, place, undisturbed });
  }
}

async function waitForReleaseFrom(
  place: LockPlace,
  file: string,
  { patienceSeconds = 0, onWatch, signal }: LockOptions,
): Promise<void> {
  const deadline = place.now() + 1000 * patienceSeconds;
  const watch = new LockWatch(place);
  let isTold = false;
  for (;;) {
    signal?.throwIfAborted();
    const text = readLock(file);
    if (text === undefined) return;
    const owner = parseLockOwner(text);
    if (owner === undefined) {
      if (await staysAsItIs(place, file, text)) await removeStale(place, file, text);
      continue;
    }
    const finding = await watch.look(text, owner);
    if (finding === 'ended') {
      await removeStale(place, file, text);
      continue;
    }
    if (finding === 'running' && place.now() >= deadline) throw new LockedError(file, owner);
    if (finding === 'unknown' && !isTold) {
      isTold = true;
      onWatch?.(owner);
    }
    await watch.pause(owner);
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
    return await linkWhole(own, file);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!NO_LINKS.includes(errorCode(error) ?? '')) throw error;
    return await createExclusive(file, text);
  } finally {
    await unlink(own).catch(() => {});
  }
}

/** @returns false when the process that holds the lock has removed the file to link, as one that was left behind. */
async function linkWhole(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Does the same on a file system without hard links, where the content comes a moment after the file. */
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

/** Opens the lock that was just made, to renew it; undefined when somebody has removed it already. */
function openOwn(file: string, text: string): number | undefined {
  let fd: number;
  try {
    fd = openSync(file, 'r+');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  if (readFileSync(fd, 'utf8') === text) return fd;
  closeSync(fd);
  return undefined;
}

/** Tells a lock that is damaged from one that is just being written. */
async function staysAsItIs(place: LockPlace, file: string, text: string): Promise<boolean> {
  await place.sleep(WRITING_MS);
  return readLock(file) === text;
}

/** Removes the lock with this content, and no other that has taken its place meanwhile. */
async function removeStale(place: LockPlace, file: string, text: string): Promise<void> {
  await whileNobodyTakesOver(place, file, () => {
    if (readLock(file) === text) unlinkSync(file);
  });
}

/** Seconds to wait for a process that is taking the same lock over. */
const TAKEOVER_SECONDS = 5;

/** Does some work on a lock's file while no process takes the lock over, nor its late owner renews it. */
async function whileNobodyTakesOver(place: LockPlace, file: string, work: () => void): Promise<void> {
  const mutex = await acquireLockFrom(place, `${file}.takeover`, { patienceSeconds: TAKEOVER_SECONDS });
  try {
    await mutex.check();
    work();
  } finally {
    await mutex.release();
  }
}
