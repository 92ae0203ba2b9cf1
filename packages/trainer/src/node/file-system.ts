import * as fs from 'node:fs/promises';

/** The part of `node:fs/promises` that writing files safely takes; tests put a failing one in its place. */
export type FileSystem = Pick<
  typeof fs,
  | 'access'
  | 'constants'
  | 'mkdir'
  | 'open'
  | 'readdir'
  | 'readFile'
  | 'readlink'
  | 'realpath'
  | 'rename'
  | 'stat'
  | 'unlink'
>;

export const nodeFileSystem: FileSystem = fs;

/** Returns the code of an error of the operating system, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  // Not `instanceof Error`: in Jest, Node's errors are of another realm.
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** Returns an error of the operating system in words that a user can act on. */
export function explainFsError(error: unknown): string {
  const code = errorCode(error);
  const known: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space left on the disk',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file would be larger than the system allows (ulimit -f)',
    EIO: 'the disk reported an error',
    ENOTDIR: 'a part of the path is a file, not a folder',
    EISDIR: 'it is a folder',
  };
  const words = code === undefined ? undefined : known[code];
  return words === undefined ? (error as Error).message : `${words} (${code})`;
}
