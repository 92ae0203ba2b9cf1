import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { Cifar10Error, reasonOf, requirePath, systemCode } from '../../errors.js';
import { RECORDS_FILE } from '../../formats/records-file.js';

/** The file by which a folder is tried. */
const PROBE = /^\.probe-\d+-[0-9a-f]{8}$/;

/** A temporary file that nothing has written to for this long was left by a process that died. */
const ABANDONED_MS = 60 * 60 * 1000;

/**
 * The cache folder: the option, else `CIFARLAB_CACHE_DIR`, else the platform's (`~/.cache/cifarlab`,
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
  const probe = join(cacheDir, `.probe-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(cacheDir, { recursive: true });
    await (await open(probe, 'wx')).close();
    await rm(probe, { force: true });
    await removeAbandoned(cacheDir);
  } catch (error) {
    throw new Cifar10Error(
      'CACHE_UNWRITABLE',
      `The cache folder ${cacheDir} cannot be written (${inWords(error)}). Make it writable, or name another with cacheDir or CIFARLAB_CACHE_DIR.`,
      { cause: error },
    );
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

/** Clears away what processes that died have left in a cache folder. */
export async function removeAbandoned(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if ((name.startsWith(`${RECORDS_FILE}.`) && name.endsWith('.tmp')) || PROBE.test(name)) {
      const path = join(cacheDir, name);
      const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
      if (age > ABANDONED_MS) await rm(path, { force: true });
    }
  }
}
