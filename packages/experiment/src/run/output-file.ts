import { access, constants, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeSystemError } from '@cifarlab/internals/system-errors';
import { named, sentence } from '../settings/sentence.js';
import { makeFolders, removeEmptyFolders } from './own-folders.js';
import { RunError } from './run-error.js';

/**
 * Makes sure, before any work, that a file is not a folder.
 *
 * @param example what a file in it could be called.
 * @throws RunError, `not-writable`, naming the folder.
 */
export async function refuseFolder(file: string, example: string): Promise<void> {
  const entry = await stat(file).catch(() => undefined);
  if (!entry?.isDirectory() && !/[/\\]$/.test(file)) return;
  throw new RunError({
    code: 'not-writable',
    place: file,
    rule: 'is a folder where a file is expected',
    remedy: `give a file in it, such as ${example}`,
  });
}

/**
 * Does work that ends in a file. Before it, the file's folder is made, with those above it that are missing, and the file
 * is tried: its folder must be writable, since files are replaced, or it itself, where it is a pipe or a device. Where the
 * work fails, what was made for it is removed, but for folders that hold something by then.
 *
 * @throws RunError, `not-writable`, naming the file and the reason; as `makeFolders`; and what the work throws.
 */
export async function forFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  const made = await makeFolders(dirname(file));
  try {
    await requireWritable(file);
    return await work();
  } catch (error) {
    await removeEmptyFolders(made);
    throw error;
  }
}

async function requireWritable(file: string): Promise<void> {
  const entry = await stat(file).catch(() => undefined);
  const isReplaced = entry === undefined || entry.isFile();
  const target = entry === undefined ? file : await realpath(file);
  try {
    await access(isReplaced ? dirname(target) : target, constants.W_OK);
  } catch (error) {
    throw notWritable(file, error);
  }
}

/** Makes the error of a file that the system does not let us write. */
export function notWritable(file: string, error: unknown): RunError {
  const reason = describeSystemError(error as Error) ?? (error as Error).message;
  const rule = sentence`cannot be written: ${reason}. Give a place for it with ${named('out')}`;
  return new RunError({ code: 'not-writable', place: file, rule }, { cause: error });
}
