import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { flush } from './flush.js';

/** A temporary file that nothing has written to for this long was left by a process that died. */
const ABANDONED_MS = 60 * 60 * 1000;

/**
 * Writes a file: to its own temporary file in the same folder, flushed, then renamed, so that a reader sees the old
 * file or the whole new one, whatever happens and however many processes write at once.
 *
 * @throws the operating system's error.
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await removeAbandoned(dirname(path), (name) => isTemporaryFor(basename(path), name));
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await flush(file);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Returns whether a name is that of a temporary file of {@link writeWhole} for a file. */
export function isTemporaryFor(file: string, name: string): boolean {
  return name.startsWith(`${file}.`) && name.endsWith('.tmp');
}

/** Clears away what processes that died have left in a folder. */
export async function removeAbandoned(folder: string, isTemporary: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!isTemporary(name)) continue;
    const path = join(folder, name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > ABANDONED_MS) await rm(path, { force: true });
  }
}

/** A rename outlasts a power cut once its folder is flushed; Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await flush(handle);
  } catch {
    // Some network file systems refuse to flush a folder; the file itself is flushed already.
  } finally {
    await handle.close();
  }
}
