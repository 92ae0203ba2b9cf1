import { Cifar10Error } from '@cifarlab/cifar10';
import { EngineError } from '@cifarlab/engines';
import { RunError, type RunErrorCode, SettingError } from '@cifarlab/experiment';
import { SweepError, type SweepErrorCode } from '@cifarlab/sweep';
import { describeFailure } from './engine-failure.js';
import { flagWords } from './flag-words.js';

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

/** What is wrong with a run because of what was asked for. */
const usageCodes: readonly RunErrorCode[] = [
  'folder-filled',
  'other-network',
  'steps-done',
  'empty-split',
  'no-mirror',
  'no-such-engine',
  'unknown-network',
];

/** What is wrong with a sweep because of what was asked for. */
const sweepUsageCodes: readonly SweepErrorCode[] = ['file', 'plan', 'cores'];

/** The exit code of a command that ends with this error: 2 when it is the command line that is at fault, else 1. */
export function exitCodeOf(error: unknown): ExitCode {
  const isUsage =
    error instanceof UsageError ||
    error instanceof SettingError ||
    (error instanceof RunError && usageCodes.includes(error.code)) ||
    (error instanceof SweepError && sweepUsageCodes.includes(error.code)) ||
    (error instanceof EngineError && error.code !== 'UNAVAILABLE') ||
    (error instanceof Cifar10Error && error.code === 'EMPTY_PATH');
  return isUsage ? exitCodes.usage : exitCodes.failed;
}

/** What the errors of the system mean. Those of reading and writing may come without a path. */
const systemErrors: Record<string, (path: string | undefined) => string> = {
  EACCES: (path) => `no permission${path ? ` for ${path}` : ''}; choose another folder or change its permissions`,
  EPERM: (path) => `the system does not allow writing${path ? ` ${path}` : ' there'}; choose another folder`,
  EROFS: (path) => `${path ?? 'the path'} is on a read-only file system; choose another folder with --out`,
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

/** One line for a person: what happened and what to do, never a stack trace. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  if (error instanceof SettingError || error instanceof RunError || error instanceof SweepError) {
    return oneLine(error.spelt(flagWords));
  }
  if (error instanceof EngineError) return oneLine(describeFailure(error));
  // The package names its option where a person at the command line needs the flag.
  if (error instanceof Cifar10Error) return oneLine(error.message.replace('allowUnverified', '--allow-unverified'));
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  // Errors of the packages name the remedy themselves; those of the system only carry a code.
  if (code === undefined || !('syscall' in error)) return oneLine(error.message);
  if (syscall === 'mkdir' && path !== undefined && code in folderErrors) return folderErrors[code]!(path);
  const describe = systemErrors[code];
  return describe ? describe(path) : oneLine(error.message);
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ').trim();
}
