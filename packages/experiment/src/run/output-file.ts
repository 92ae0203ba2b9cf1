import { access, constants, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeSystemError } from '@cifarlab/internals/system-errors';
import { named, sentence } from '../settings/sentence.js';
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
 * Makes sure, before any work, that a file can be written: that its folder may be, since files are replaced, or that it
 * may be itself, where it is a pipe or a device.
 *
 * @param file in an existing folder.
 * @throws RunError, `not-writable`, naming the file and the reason.
 */
export async function requireWritable(file: string): Promise<void> {
  const entry = await stat(file).catch(() => undefined);
  const isReplaced = entry === undefined || entry.isFile();
  const target = entry === undefined ? file : await realpath(file);
  try {
    await access(isReplaced ? dirname(target) : target, constants.W_OK);
  } catch (error) {
    const reason = describeSystemError(error as Error) ?? (error as Error).message;
    const rule = sentence`cannot be written: ${reason}. Give a place for it with ${named('out')}`;
    throw new RunError({ code: 'not-writable', place: file, rule }, { cause: error });
  }
}
