// @ts-check
import { npm, runNpm } from '../lib/npm.mjs';
import { root } from '../lib/workspace.mjs';

/**
 * @param {string} scope `@cifarlab`
 * @returns {Promise<string>} where npm installs and publishes packages of this scope
 */
export async function registryOf(scope) {
  const { stdout } = await npm(['config', 'get', `${scope}:registry`], root);
  const mapped = stdout.trim();
  return mapped === 'undefined' ? (await npm(['config', 'get', 'registry'], root)).stdout.trim() : mapped;
}

/**
 * @param {readonly { name: string, version: string }[]} packages
 * @returns {Promise<boolean[]>} for each, whether the registry has this version
 * @throws {Error} when it gives another answer than yes or no
 */
export async function hasVersions(packages) {
  /** @type {boolean[]} */
  const there = new Array(packages.length);
  const waiting = [...packages.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      there[next[0]] = await hasVersion(next[1]).catch((error) => {
        waiting.length = 0;
        throw error;
      });
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return there;
}

/** @param {{ name: string, version: string }} spec */
async function hasVersion({ name, version }) {
  const args = ['view', `${name}@${version}`, 'version', '--json', '--prefer-online'];
  const { code, stdout, stderr } = await npm(args, root);
  if (code === 0) return stdout.trim() !== '';
  if (/\bE404\b/.test(stdout + stderr)) return false;
  throw new Error(`The registry does not say whether it has ${name}@${version}:\n${stderr.trim() || stdout.trim()}`);
}

/**
 * @param {string} file the tarball
 * @param {{ tag: string, access: string, provenance?: boolean }} options
 * @returns {Promise<number>} npm's exit code; npm may ask for a one-time password on the terminal
 */
export function publishTarball(file, { tag, access, provenance }) {
  const args = ['publish', file, '--tag', tag, '--access', access, '--loglevel', 'warn'];
  return runNpm(provenance ? [...args, '--provenance'] : args, root);
}
