import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { root } from '../lib/workspace.mjs';

/**
 * A way to import a package: one of its `exports`.
 *
 * @typedef {object} EntryPoint
 * @property {string} specifier `@cifarlab/trainer/tfjs`
 * @property {string} path its key in `exports`: `./tfjs`
 * @property {string} folder the package's, from the root
 * @property {string} source its TypeScript source, from the package's folder
 * @property {Record<string, any>} manifest the package's `package.json`
 */

/** @returns {EntryPoint[]} every entry of every package's `exports` that is code */
export function entryPoints() {
  return readdirSync(`${root}/packages`)
    .sort()
    .filter((name) => existsSync(`${root}/packages/${name}/package.json`))
    .flatMap((name) => {
      const folder = `packages/${name}`;
      const manifest = JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8'));
      return Object.entries(manifest.exports)
        .filter(([, target]) => typeof target === 'object')
        .map(([path, target]) => ({
          specifier: manifest.name + path.slice(1),
          path,
          folder,
          source: target['@cifarlab/source'],
          manifest,
        }));
    });
}
