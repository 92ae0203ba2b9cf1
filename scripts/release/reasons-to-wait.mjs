// @ts-check
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/workspace.mjs';

/** @returns {string[]} why the versions as they stand should not be published; one line each, with the remedy */
export function reasonsToWait() {
  const reasons = [];
  const pending = pendingChangesets(join(root, '.changeset'));
  if (pending.length > 0) {
    reasons.push(
      `${pending.length} changesets are not in any version yet: \`npm run version-packages\`, commit, then \`npm run release\` (or --as-is).`,
    );
  }
  const changed = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' }).trim();
  if (changed) {
    reasons.push(`${changed.split('\n').length} files are not committed: commit or stash them (or --as-is).`);
  }
  return reasons;
}

/**
 * @param {string} folder `.changeset`
 * @returns {string[]} the changesets that no version has taken up; a pre-release keeps those it has, and lists them
 */
export function pendingChangesets(folder) {
  const pre = join(folder, 'pre.json');
  /** @type {string[]} */
  const taken = existsSync(pre) ? JSON.parse(readFileSync(pre, 'utf8')).changesets : [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => file.slice(0, -'.md'.length))
    .filter((name) => !taken.includes(name));
}
