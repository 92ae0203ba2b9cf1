import { unwritable } from '@cifarlab/internals/writable-folder';
import { isTemporaryFor } from '@cifarlab/internals/write-whole';
import envPaths from 'env-paths';
import { Cifar10Error, requirePath } from '../../errors.js';
import { RECORDS_FILE } from '../../formats/records-file.js';

/**
 * Returns the cache folder: the option, else `CIFARLAB_CACHE_DIR`, else the platform's (`~/.cache/cifarlab`,
 * `~/Library/Caches/cifarlab`, `%LOCALAPPDATA%\cifarlab\Cache`; `XDG_CACHE_HOME` is honoured on Linux).
 *
 * @throws {Cifar10Error} `EMPTY_PATH` when the option or the variable is empty or blank.
 */
export function cifar10CacheDir(cacheDir?: string, env: NodeJS.ProcessEnv = process.env): string {
  requirePath(cacheDir, 'cacheDir');
  requirePath(env.CIFARLAB_CACHE_DIR, 'The environment variable CIFARLAB_CACHE_DIR');
  return cacheDir ?? env.CIFARLAB_CACHE_DIR ?? envPaths('cifarlab', { suffix: '' }).cache;
}

/**
 * Makes sure, before anything is downloaded, that there is a folder to keep it in.
 *
 * @throws {Cifar10Error} `CACHE_UNWRITABLE`.
 */
export async function prepareCacheDir(cacheDir: string): Promise<void> {
  const problem = await unwritable(cacheDir, (name) => isTemporaryFor(RECORDS_FILE, name));
  if (problem === undefined) return;
  throw new Cifar10Error(
    'CACHE_UNWRITABLE',
    `The cache folder ${cacheDir} cannot be written (${problem.why}). Make it writable, or name another with cacheDir or CIFARLAB_CACHE_DIR.`,
    { cause: problem.cause },
  );
}
