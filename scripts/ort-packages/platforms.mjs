// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package whose tarball has the libraries of all platforms, and the SHA-512 that npm's registry has for it. */
export const SOURCE = {
  spec: 'onnxruntime-node@1.30.0',
  integrity: 'sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==',
};

/**
 * @typedef {object} PlatformManifest the package.json of a platform package
 * @property {string} name
 * @property {string} version
 * @property {string[]} os
 * @property {string[]} cpu
 * @property {string[]} files
 * @property {{ version: string, library: string, bytes: number, sha256: string }} onnxruntime
 * @property {{ access: string, directory?: string }} publishConfig
 *
 * @typedef {object} Platform
 * @property {string} name `linux-x64`, as in `@cifarlab/ort-linux-x64`
 * @property {string} folder where its package.json and README.md are kept
 * @property {PlatformManifest} manifest
 * @property {string} entry the library's name in the tarball
 */

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

/** @returns {Platform[]} the platform packages of this repository, sorted by name */
export function allPlatforms() {
  return readdirSync(packages)
    .filter((folder) => folder.startsWith('ort-') && folder !== 'ort-runtime')
    .sort()
    .map((folder) => {
      /** @type {PlatformManifest} */
      const manifest = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));
      const { os, cpu, onnxruntime } = manifest;
      return {
        name: folder.slice('ort-'.length),
        folder: join(packages, folder),
        manifest,
        entry: `package/bin/napi-v6/${os[0]}/${cpu[0]}/${onnxruntime.library}`,
      };
    });
}

/**
 * @param {string[]} [names] all when left out
 * @throws {Error} for a name that is not a platform
 */
export function choosePlatforms(names) {
  const all = allPlatforms();
  if (names === undefined) return all;
  return [...new Set(names)].map((name) => {
    const found = all.find((platform) => platform.name === name);
    if (found) return found;
    throw new Error(`--platform ${name}: no such platform; choose from ${all.map((one) => one.name).join(', ')}.`);
  });
}
