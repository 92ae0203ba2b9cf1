import { lstatSync, readFileSync } from 'node:fs';
import { errorCode } from './file-system.js';

/** A lock is some lines. */
const MOST_BYTES = 2 ** 16;

/**
 * Reads a lock, at once: who is about to write leaves nobody time in between.
 *
 * @returns undefined when nobody holds the lock.
 * @throws Error when there is something else in its place, a link to nowhere for example, which nobody would ever
 *   release.
 */
export function readLock(file: string): string | undefined {
  for (let attempt = 1; ; attempt++) {
    try {
      return readOnce(file);
    } catch (error) {
      // On a file server, another file has just taken its place.
      if (errorCode(error) !== 'ESTALE' || attempt === ATTEMPTS) throw error;
    }
  }
}

const ATTEMPTS = 5;

function readOnce(file: string): string | undefined {
  try {
    const entry = lstatSync(file);
    if (!entry.isFile()) throw new Error(`${file} is not a file, and a lock is one; remove it`);
    if (entry.size > MOST_BYTES) throw new Error(`${file} has ${entry.size} bytes, and is not a lock; remove it`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
