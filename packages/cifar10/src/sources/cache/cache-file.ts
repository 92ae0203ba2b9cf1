import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { flush } from '@cifarlab/internals/flush';
import { RECORDS_FILE } from '../../formats/records-file.js';
import { removeAbandoned } from './cache-folder.js';

/**
 * Writes the cache file: to a temporary file of its own in the same folder, flushed, then renamed, so that a reader
 * sees the old file or the whole new one, whatever happens and however many processes write at once.
 *
 * @returns the path of the cache file.
 */
export async function writeCacheFile(cacheDir: string, records: Uint8Array): Promise<string> {
  const path = join(cacheDir, RECORDS_FILE);
  await mkdir(cacheDir, { recursive: true });
  await removeAbandoned(cacheDir);
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(records);
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
  return path;
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
