// @ts-check
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { publicPackages } from '../lib/public-packages.mjs';
import { root } from '../lib/workspace.mjs';

/**
 * Returns what the title page says about the origin of the report.
 *
 * @param {Date} now
 * @returns {{ name: string, values: string[] }[]}
 */
export function origin(now) {
  const cpu = cpus()[0]?.model.trim() || 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  const commit = commitOf(root);
  return [
    { name: 'Date', values: [now.toISOString().slice(0, 10)] },
    ...(commit === undefined ? [] : [{ name: 'Commit', values: [commit] }]),
    {
      name: 'Put together on',
      values: [
        `${cpu}, ${availableParallelism()} cores, ${memory} GiB`,
        `${process.platform} ${release()}, ${process.arch}`,
        `Node ${process.versions.node}`,
      ],
    },
    {
      name: 'Packages',
      // Those with a platform are a native library each, in its own version.
      values: publicPackages()
        .filter(({ manifest }) => !('os' in manifest))
        .map(({ name, version }) => `${name} ${version}`)
        .sort(),
    },
  ];
}

/** @param {string} folder @returns {string | undefined} undefined outside a clone */
function commitOf(folder) {
  /** @param {string[]} args */
  const git = (...args) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short=10', 'HEAD')}${isChanged ? ', with changes' : ''}`;
  } catch {
    return undefined;
  }
}
