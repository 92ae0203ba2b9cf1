import { fsync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Flushes a file or a folder to the disk.
 *
 * @throws the operating system's error.
 */
export async function flush(file: FileHandle): Promise<void> {
  try {
    await file.sync();
  } catch (error) {
    // Yarn's Plug'n'Play replaces Node's handles by its own, which have no `sync`.
    if (typeof (error as { code?: unknown } | null)?.code === 'string') throw error;
    await promisify(fsync)(file.fd);
  }
}
