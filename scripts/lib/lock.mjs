// @ts-check
import {
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder shows so often that it lives. */
const BEAT_MS = 500;

/** Time without a sign of life after which a process counts as killed. */
const DEAD_AFTER_MS = 10_000;

/**
 * Does work that one process at a time may do. Whoever holds the lock made the file with the highest number,
 * `PREFIX-NUMBER.lock`; the next holder makes the one after it, which only one process can. No process ever removes a file
 * that another may hold, so two that find a killed holder at the same time cannot both follow it.
 *
 * @template T
 * @param {string} prefix path of the lock's files; their folder exists.
 * @param {{ onWait?: () => void, deadAfterMs?: number }} options `onWait` is called once, when another process holds it.
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(prefix, { onWait, deadAfterMs = DEAD_AFTER_MS }, work) {
  const file = await take(prefix, onWait, deadAfterMs);
  // After a pause so long that another process has taken over, the file is gone.
  const beat = setInterval(() => ignoreMissing(() => utimesSync(file, new Date(), new Date())), BEAT_MS);
  beat.unref();
  const release = () => ignoreMissing(() => truncateSync(file));
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

/**
 * @param {string} prefix
 * @param {(() => void) | undefined} onWait
 * @param {number} deadAfterMs
 */
async function take(prefix, onWait, deadAfterMs) {
  /** @type {{ file: string, modified: number, since: number } | undefined} */
  let seen;
  for (let waited = false; ; ) {
    const number = highest(prefix);
    const file = lockFile(prefix, number);
    const modified = number === 0 ? 0 : (ignoreMissing(() => statSync(file).mtimeMs) ?? 0);
    // Time as it passes here: the clock of the file's host may differ.
    if (seen?.file !== file || seen.modified !== modified) seen = { file, modified, since: performance.now() };
    if (number === 0 || isFree(file) || performance.now() - seen.since > deadAfterMs) {
      const mine = tryMake(prefix, number + 1);
      if (mine !== undefined) return mine;
      continue;
    }
    if (!waited) onWait?.();
    waited = true;
    await sleep(100);
  }
}

/** @param {string} prefix @param {number} number */
const lockFile = (prefix, number) => `${prefix}-${number}.lock`;

/** @param {string} prefix */
function numbers(prefix) {
  const start = `${basename(prefix)}-`;
  return readdirSync(dirname(prefix))
    .filter((name) => name.startsWith(start) && /^\d+\.lock$/.test(name.slice(start.length)))
    .map((name) => Number.parseInt(name.slice(start.length), 10));
}

/** @param {string} prefix */
const highest = (prefix) => Math.max(0, ...numbers(prefix));

/**
 * A file that was released is empty; one of a process that has ended on this host is as good.
 *
 * @param {string} file
 */
function isFree(file) {
  const text = ignoreMissing(() => readFileSync(file, 'utf8'));
  if (text === '') return true;
  const [pid, host] = (text ?? '').split(' ');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}

/**
 * @param {string} prefix
 * @param {number} number
 * @returns {string | undefined} undefined when another process was first.
 */
function tryMake(prefix, number) {
  const file = lockFile(prefix, number);
  const draft = join(dirname(prefix), `.${basename(prefix)}.${process.pid}.${number}`);
  // A link appears with its content, so that nobody finds the file empty.
  writeFileSync(draft, `${process.pid} ${hostname()}`);
  try {
    linkSync(draft, file);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  // Whoever read the folder long ago may have made a number that others have made and removed since.
  if (highest(prefix) > number) {
    rmSync(file, { force: true });
    return undefined;
  }
  for (const old of numbers(prefix)) if (old < number) rmSync(lockFile(prefix, old), { force: true });
  return file;
}

/**
 * @template T
 * @param {() => T} act
 * @returns {T | undefined} undefined when the file is gone.
 */
function ignoreMissing(act) {
  try {
    return act();
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}
