import { join, posix } from 'node:path';
import { unwritable } from '@cifarlab/internals/writable-folder';
import { isTemporaryFor } from '@cifarlab/internals/write-whole';
import envPaths from 'env-paths';
import type { CatalogueEntry } from './catalogue.js';
import { PretrainedError } from './error.js';

/**
 * Returns the folder in which weights are kept: `pretrained` in the cache folder, which is the option, else
 * `CIFARLAB_CACHE_DIR`, else the platform's (`~/.cache/cifarlab`, `~/Library/Caches/cifarlab`,
 * `%LOCALAPPDATA%\cifarlab\Cache`).
 *
 * @throws {PretrainedError} `INVALID_OPTION` when the option or the variable is empty or blank.
 */
export function weightsFolder(cacheDir?: string, environment: NodeJS.ProcessEnv = process.env): string {
  const { CIFARLAB_CACHE_DIR } = environment;
  requirePath(cacheDir, 'cacheDir');
  requirePath(CIFARLAB_CACHE_DIR, 'The environment variable CIFARLAB_CACHE_DIR');
  return join(cacheDir ?? CIFARLAB_CACHE_DIR ?? envPaths('cifarlab', { suffix: '' }).cache, 'pretrained');
}

/** Returns the file in which weights are kept. */
export function cacheFile(folder: string, { weights }: CatalogueEntry): string {
  return join(folder, posix.basename(weights.name));
}

/**
 * Makes sure, before anything is downloaded, that there is a folder to keep it in.
 *
 * @throws {PretrainedError} `CACHE_UNWRITABLE`.
 */
export async function prepareFolder(folder: string, { weights }: CatalogueEntry): Promise<void> {
  const problem = await unwritable(folder, (name) => isTemporaryFor(posix.basename(weights.name), name));
  if (problem === undefined) return;
  throw new PretrainedError(
    'CACHE_UNWRITABLE',
    `The cache folder ${folder} cannot be written (${problem.why}). Make it writable, or name another with cacheDir or CIFARLAB_CACHE_DIR.`,
    { cause: problem.cause },
  );
}

/** @throws {PretrainedError} `INVALID_OPTION` for an empty or blank path: most often a variable that was not set. */
export function requirePath(path: string | undefined, name: string): void {
  if (path === undefined || (typeof path === 'string' && path.trim() !== '')) return;
  throw new PretrainedError(
    'INVALID_OPTION',
    `${name} is ${JSON.stringify(path)}: expected a path. Leave it out, or name one.`,
  );
}
