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
 * @param {string} name
 * @param {string} version
 * @throws {Error} when the registry gives another answer than yes or no
 */
export async function hasVersion(name, version) {
  const { code, stdout, stderr } = await npm(
    ['view', `${name}@${version}`, 'version', '--json', '--prefer-online'],
    root,
  );
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
