/** Explanations of the system's errors. Errors of reading and writing may come without a path. */
const systemErrors: Record<string, (path: string | undefined, elsewhere: string) => string> = {
  EACCES: (path) => `no permission${path ? ` for ${path}` : ''}; choose another folder or change its permissions`,
  EPERM: (path) => `the system does not allow writing${path ? ` ${path}` : ' there'}; choose another folder`,
  EROFS: (path, elsewhere) => `${path ?? 'the path'} is on a read-only file system; ${elsewhere}`,
  ENOSPC: (path) =>
    `no space left on the device${path ? ` that holds ${path}` : ''}; free some space or choose another folder`,
  EDQUOT: (path) => `the disk quota${path ? ` for ${path}` : ''} is used up; free some space or choose another folder`,
  EFBIG: (path) => `${path ?? 'a file'} would be larger than the system allows; raise the limit (ulimit -f)`,
  ENOENT: (path) => `${path ?? 'a file'} does not exist; check the path`,
  ENOTDIR: (path) => `a part of ${path ?? 'the path'} is a file, not a folder; choose another path`,
  EISDIR: (path) => `${path ?? 'the path'} is a folder where a file is expected; check the path`,
  EEXIST: (path) => `${path ?? 'the path'} exists already; choose another path`,
  ENAMETOOLONG: (path) => `the name ${path ?? 'of a file'} is too long for the file system; choose a shorter one`,
  ELOOP: (path) => `${path ?? 'a symbolic link'} is a symbolic link that leads back to itself; choose another path`,
  EMFILE: () => 'too many open files; raise the limit (ulimit -n) and try again',
  EIO: (path) => `${path ?? 'a device'} could not be read or written (input/output error); check the device`,
};

/** The same of making a folder. */
const folderErrors: Record<string, (path: string) => string> = {
  EEXIST: (path) => `${path} is a file, not a folder; choose another path`,
  ENOENT: (path) => `the folder ${path} cannot be made there; choose another path`,
};

/**
 * Says what an error of the file system means, and what to do.
 *
 * @param elsewhere how another folder is chosen, for a file system that is read-only.
 * @returns undefined for an error that has its own message: errors of packages may have a code too.
 */
export function describeSystemError(error: Error, elsewhere = 'choose another folder'): string | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || !('syscall' in error)) return undefined;
  if (syscall === 'mkdir' && path !== undefined && code in folderErrors) return folderErrors[code]!(path);
  return systemErrors[code]?.(path, elsewhere);
}
