import { randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, systemCode } from './reasons.js';
import { removeAbandoned } from './write-whole.js';

/** The file by which a folder is tried. */
const PROBE = /^\.probe-\d+-[0-9a-f]{8}$/;

/**
 * Makes sure that there is a folder that can be written, and clears away what processes that died have left there.
 *
 * @param isTemporary tells the names of files that are abandoned once they are old.
 * @returns why it cannot be written, in words, with the error; undefined if it can.
 */
export async function unwritable(
  folder: string,
  isTemporary: (name: string) => boolean,
): Promise<{ why: string; cause: unknown } | undefined> {
  const probe = join(folder, `.probe-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true });
    await (await open(probe, 'wx')).close();
    await rm(probe, { force: true });
    await removeAbandoned(folder, (name) => PROBE.test(name) || isTemporary(name));
    return undefined;
  } catch (cause) {
    return { why: inWords(cause), cause };
  }
}

function inWords(error: unknown): string {
  switch (systemCode(error)) {
    case 'EROFS':
      return 'it is on a read-only file system';
    case 'EACCES':
    case 'EPERM':
      return 'no permission';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'no space is left';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a part of its path is a file';
  }
  return reasonOf(error);
}
