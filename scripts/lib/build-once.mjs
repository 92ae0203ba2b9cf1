// @ts-check
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';

/**
 * @typedef {object} Building
 * @property {string} folder of the stamp, which holds the fingerprint of what the last complete build was made from, and of
 *   the lock.
 * @property {() => string} fingerprint tells what a build would be made from.
 * @property {() => boolean} isComplete false when what the last build made is gone.
 * @property {() => Promise<number>} build gives its exit code.
 * @property {(line: string) => void} log
 */

/**
 * Builds unless the present sources have been built. One of several processes builds, and the others wait for it; after
 * a build that failed, the next of them tries again.
 *
 * @param {Building} building
 * @param {{ always?: boolean }} [options] `always` builds in any case, for a build that knows itself what has changed.
 * @returns {Promise<number>} 0, or the exit code of the build that failed.
 */
export async function buildOnce({ folder, fingerprint, isComplete, build, log }, { always = false } = {}) {
  const stamp = join(folder, 'cifarlab-built');
  const isBuilt = () => existsSync(stamp) && isComplete() && readFileSync(stamp, 'utf8') === fingerprint();
  if (!always && isBuilt()) return 0;
  mkdirSync(folder, { recursive: true });
  const onWait = () => log('Another process is building; waiting for it …');
  return withLock(join(folder, 'cifarlab-build'), { onWait }, async () => {
    if (!always && isBuilt()) return 0;
    rmSync(stamp, { force: true });
    // The digest of the sources before the build: changes made meanwhile are built the next time.
    const sources = fingerprint();
    const code = await build();
    if (code !== 0) return code;
    writeFileSync(`${stamp}.new`, sources);
    renameSync(`${stamp}.new`, stamp);
    return 0;
  });
}
