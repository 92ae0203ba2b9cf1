/** A command line that cannot be carried out as it is written: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A request that was understood but could not be carried out: exit code 1. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const systemErrors: Record<string, (path: string) => string> = {
  EACCES: (path) => `no permission for ${path}; choose another folder or change its permissions`,
  EPERM: (path) => `the system does not allow writing ${path}; choose another folder`,
  EROFS: (path) => `${path} is on a read-only file system; choose another folder with --out`,
  ENOSPC: (path) => `no space left on the device that holds ${path}; free some space or choose another folder`,
  EDQUOT: (path) => `the disk quota for ${path} is used up; free some space or choose another folder`,
  ENOENT: (path) => `${path} does not exist; check the path`,
  ENOTDIR: (path) => `a part of ${path} is a file, not a folder; choose another path`,
  EISDIR: (path) => `${path} is a folder where a file is expected; check the path`,
  EEXIST: (path) => `${path} exists already; choose another path`,
  EMFILE: () => 'too many open files; raise the limit (ulimit -n) and try again',
};

/** One line for a person: what happened and what to do, never a stack trace. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const { code, path } = error as NodeJS.ErrnoException;
  const describe = code === undefined ? undefined : systemErrors[code];
  // Errors of the packages name the remedy themselves; those of the system only carry a code.
  if (describe && 'syscall' in error) return describe(path ?? 'the file');
  return oneLine(error.message);
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ').trim();
}
