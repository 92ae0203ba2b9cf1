import { join } from 'node:path';
import { type FileSystem, nodeFileSystem } from './file-system.js';
import type { RunFolder } from './run-folder.js';
import { TEMPORARY_FILE } from './temporary-file.js';

/**
 * Removes files that an earlier process of a run had begun to write: if that was only stopped, and wakes in the middle
 * of replacing a file, nothing is left to put in its place. Whoever calls holds the run's lock.
 */
export async function removeUnfinished(
  { path, last, best }: RunFolder,
  { fs = nodeFileSystem }: { fs?: FileSystem } = {},
): Promise<void> {
  for (const folder of [path, last, best]) {
    const names = await fs.readdir(folder).catch(() => []);
    for (const name of names) {
      if (TEMPORARY_FILE.test(name)) await fs.unlink(join(folder, name)).catch(() => {});
    }
  }
}
