import type { FileSystem } from './file-system.js';
import type { HeldLock } from './held-lock.js';

/**
 * Makes a file system that checks a lock before each change: what a process has begun to write when it loses the lock
 * never takes the place of a file.
 */
export function guardedFileSystem(fs: FileSystem, lock: Pick<HeldLock, 'check'>): FileSystem {
  const guarded = <Arguments extends unknown[], Result>(change: (...args: Arguments) => Promise<Result>) => {
    return async (...args: Arguments): Promise<Result> => {
      await lock.check();
      try {
        return await change(...args);
      } catch (error) {
        // The new owner may have removed what was to be changed, if this process stopped just after the check.
        await lock.check();
        throw error;
      }
    };
  };
  return {
    ...fs,
    mkdir: guarded(fs.mkdir) as FileSystem['mkdir'],
    open: guarded(fs.open),
    rename: guarded(fs.rename),
    unlink: guarded(fs.unlink),
  };
}
