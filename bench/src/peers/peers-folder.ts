import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cifar10CacheDir } from '@cifarlab/cifar10';

/** Modules of Python that the peers need, and their versions. */
export type PeerVersions = Readonly<Record<'numpy' | 'torch', string>>;

/**
 * Returns the folder of the virtual environment that `--install-peers` makes: `bench-peers` in the cache folder, which
 * is `CIFARLAB_CACHE_DIR` or the platform's, as for the dataset.
 *
 * @throws Cifar10Error when the variable is empty.
 */
export function peersFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(cifar10CacheDir(undefined, env), 'bench-peers');
}

/** Returns the Python of a virtual environment. */
export function pythonOf(folder: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/** Returns the file that marks a complete installation. */
export function versionsFile(folder: string): string {
  return join(folder, 'versions.json');
}

/** Returns the versions that are installed; undefined if nothing is, or if an installation was broken off. */
export function installedVersions(folder: string): PeerVersions | undefined {
  try {
    return JSON.parse(readFileSync(versionsFile(folder), 'utf8')) as PeerVersions;
  } catch {
    return undefined;
  }
}
