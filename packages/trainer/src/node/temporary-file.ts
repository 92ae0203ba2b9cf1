import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { FileSystem } from './file-system.js';

/**
 * Temporary files of `writeFileAtomic`; one is left behind only by a process that was killed. The name is that of the
 * file, a mark of the machine and the number of the process that writes it, both missing in earlier versions, and twelve
 * random digits.
 */
export const TEMPORARY_FILE = /^\..+\.(?:[0-9a-f]{8}-[0-9]+-)?[0-9a-f]{12}\.tmp$/;

/** File systems take names of 255 bytes; the marks take up to 40 of them. */
const LONGEST_NAME_BYTES = 200;

/** A file that nobody has written to for this long was left behind, wherever its writer ran. */
const ABANDONED_MS = 60 * 60 * 1000;

/** @param random twelve hexadecimal digits. */
export function temporaryName(name: string, random: string): string {
  return `.${shortened(name)}.${machineMark()}-${process.pid}-${random}.tmp`;
}

/** Removes the temporary files of this very file whose writer has ended. Best effort: the next write tries again. */
export async function removeAbandoned(folder: string, name: string, fs: FileSystem): Promise<void> {
  const start = `.${shortened(name)}.`;
  for (const found of await fs.readdir(folder).catch(() => [])) {
    if (!found.startsWith(start)) continue;
    const marks = /^(?:([0-9a-f]{8})-([0-9]+)-)?[0-9a-f]{12}\.tmp$/.exec(found.slice(start.length));
    if (marks === null) continue;
    const path = join(folder, found);
    const dead = marks[1] === machineMark() && !isRunning(Number(marks[2]));
    if (dead || (await isOld(path, fs))) await fs.unlink(path).catch(() => {});
  }
}

/** Returns a mark of the machine, and on Linux of the container, in which a process id belongs to that process. */
function machineMark(): string {
  return createHash('sha256').update(`${hostname()} ${processNamespace()}`).digest('hex').slice(0, 8);
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

async function isOld(path: string, fs: FileSystem): Promise<boolean> {
  try {
    return Date.now() - (await fs.stat(path)).mtimeMs > ABANDONED_MS;
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Returns the longest beginning of whole characters that leaves room for the marks. */
function shortened(name: string): string {
  let bytes = 0;
  let short = '';
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > LONGEST_NAME_BYTES) break;
    short += character;
  }
  return short;
}
