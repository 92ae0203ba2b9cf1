import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '@cifarlab/internals/reasons';
import { requirePath } from '../../errors.js';
import { RECORDS_FILE } from '../../formats/records-file.js';
import { writeCacheFile } from './cache-file.js';

/** A copy that has not been made for this long was left by a process that died. */
const ABANDONED_MS = 10 * 60 * 1000;

/**
 * Returns the folder of the copy on a disk of this machine: the option, else `CIFARLAB_LOCAL_DIR`; undefined for none.
 *
 * @throws {Cifar10Error} `EMPTY_PATH` when the option or the variable is empty or blank.
 */
export function localCopyDir(localDir?: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  requirePath(localDir, 'localDir');
  requirePath(env.CIFARLAB_LOCAL_DIR, 'The environment variable CIFARLAB_LOCAL_DIR');
  return localDir ?? env.CIFARLAB_LOCAL_DIR;
}

/**
 * Copies the images to a disk of this machine, unless another process is about it: that one's copy serves the next.
 *
 * @returns whether this process has copied them.
 * @throws the operating system's error; nothing of the copy is left then.
 */
export async function copyToMachine(localDir: string, records: Uint8Array): Promise<boolean> {
  await mkdir(localDir, { recursive: true });
  // The name is that of a temporary file, which any later writer clears away when it is old.
  const claim = join(localDir, `${RECORDS_FILE}.claim.tmp`);
  if (!(await take(claim))) return false;
  try {
    await writeCacheFile(localDir, records);
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

async function take(claim: string): Promise<boolean> {
  try {
    await (await open(claim, 'wx')).close();
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const { mtimeMs } = await stat(claim).catch(() => ({ mtimeMs: Date.now() }));
  if (Date.now() - mtimeMs < ABANDONED_MS) return false;
  await rm(claim, { force: true });
  return take(claim);
}
