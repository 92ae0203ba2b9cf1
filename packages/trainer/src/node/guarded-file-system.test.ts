import { expect, it } from 'vitest';
import type { FileSystem } from './file-system.js';
import { guardedFileSystem } from './guarded-file-system.js';

const lost = new Error('the lock is lost');
const missing = new Error('ENOENT');

/** A file system in which nothing can be renamed, and a lock that is lost after so many checks. */
function renamed(checks: number): Promise<void> {
  const rename = () => Promise.reject(missing);
  let left = checks;
  const lock = {
    async check() {
      left -= 1;
      if (left < 0) throw lost;
    },
  };
  return guardedFileSystem({ rename } as unknown as FileSystem, lock).rename('a', 'b');
}

it.each([
  ['changes nothing once the lock is lost', 0, lost],
  ['blames the lost lock for a change that failed after it was checked', 1, lost],
  ['throws why a change failed while the lock was held', 2, missing],
])('%s', async (_, checks, error) => {
  await expect(renamed(checks)).rejects.toBe(error);
});
