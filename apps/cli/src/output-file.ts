import { access, constants, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError, describeError } from './errors.js';

/** Names of stdout: `-` by custom, the others by the system, where a regular file behind them would be replaced. */
const stdoutNames = ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'];

/** Whether a file on the command line is meant to be stdout. */
export function isStdout(file: string): boolean {
  return stdoutNames.includes(file);
}

/**
 * Makes sure, before any work, that a file is not a folder.
 *
 * @param example what a file in it could be called.
 * @throws CliError naming the folder.
 */
export async function refuseFolder(file: string, example: string): Promise<void> {
  const entry = await stat(file).catch(() => undefined);
  if (entry?.isDirectory() || /[/\\]$/.test(file)) {
    throw new CliError(`${file} is a folder where a file is expected; give a file in it, such as ${example}`);
  }
}

/**
 * Makes sure, before any work, that a file can be written: that its folder may be, since files are replaced, or that it
 * may be itself, where it is a pipe or a device.
 *
 * @param file in an existing folder.
 * @throws CliError naming the file, the reason and `--out`.
 */
export async function requireWritable(file: string): Promise<void> {
  const entry = await stat(file).catch(() => undefined);
  const isReplaced = entry === undefined || entry.isFile();
  const target = entry === undefined ? file : await realpath(file);
  try {
    await access(isReplaced ? dirname(target) : target, constants.W_OK);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${describeError(error)}. Give a place for it with --out`, {
      cause: error,
    });
  }
}
