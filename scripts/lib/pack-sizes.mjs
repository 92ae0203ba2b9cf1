// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packPackages, size, table } from './pack.mjs';
import { publicPackages } from './public-packages.mjs';

/**
 * @typedef {object} PackSize
 * @property {string} name
 * @property {number} packed bytes of the tarball
 * @property {number} unpacked bytes of the files in it
 * @property {number} dependencies how many it names, without peers and the optional libraries of platforms
 * @property {number} peers how many it names, optional ones too
 */

/**
 * Packs every public package that is built; the platform packages count when `npm run ort-packages` has made them.
 *
 * @param {string} folder for the tarballs
 * @returns {Promise<PackSize[]>} sorted by name
 */
export async function packSizes(folder) {
  const built = publicPackages().filter((one) => existsSync(join(one.folder, 'dist')));
  const tarballs = await packPackages(built, folder);
  return tarballs
    .map(({ name, packed, unpacked, manifest }) => ({
      name,
      packed,
      unpacked,
      dependencies: Object.keys(manifest.dependencies ?? {}).length,
      peers: Object.keys(manifest.peerDependencies ?? {}).length,
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** @param {readonly PackSize[]} sizes */
export function sizeTable(sizes) {
  return table([
    ['package', ' packed', ' unpacked', ' dependencies', ' peers'],
    ...sizes.map(({ name, packed, unpacked, dependencies, peers }) => [
      name,
      size(packed),
      size(unpacked),
      String(dependencies),
      String(peers),
    ]),
  ]);
}
