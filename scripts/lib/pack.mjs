// @ts-check
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { list } from 'tar';
import { pnpm } from './workspace.mjs';

/**
 * @typedef {object} Tarball what a registry would be sent for a package
 * @property {string} name
 * @property {string} version
 * @property {string} file
 * @property {number} packed bytes of the `.tgz`
 * @property {number} unpacked bytes of the files in it
 * @property {import('./public-packages.mjs').Manifest} manifest the package.json in it: `workspace:` ranges are resolved
 * @property {Map<string, Buffer>} files content by path, `dist/index.js` say
 */

/**
 * Packs packages as pnpm publishes them, two at a time.
 *
 * @param {readonly import('./public-packages.mjs').PublicPackage[]} packages built
 * @param {string} destination folder for the tarballs
 * @returns {Promise<Tarball[]>} in the order given
 */
export async function packPackages(packages, destination) {
  /** @type {Tarball[]} */
  const tarballs = new Array(packages.length);
  const waiting = [...packages.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [i, { name, version, folder }] = next;
      const code = await pnpm(['--dir', folder, 'pack', '--pack-destination', destination], { quiet: true });
      if (code !== 0) throw new Error(`${name} cannot be packed; see above.`);
      tarballs[i] = readTarball(join(destination, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`));
    }
  };
  await Promise.all([work(), work()]);
  return tarballs;
}

/** @param {string} file @returns {Tarball} */
export function readTarball(file) {
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  list({
    file,
    sync: true,
    onReadEntry: (entry) => {
      /** @type {Uint8Array[]} */
      const chunks = [];
      entry.on('data', (/** @type {Uint8Array} */ chunk) => chunks.push(chunk));
      entry.on('end', () => files.set(entry.path.replace(/^package\//, ''), Buffer.concat(chunks)));
    },
  });
  /** @type {import('./public-packages.mjs').Manifest} */
  const manifest = JSON.parse(String(files.get('package.json')));
  return {
    name: manifest.name,
    version: manifest.version,
    file,
    packed: statSync(file).size,
    unpacked: [...files.values()].reduce((sum, { length }) => sum + length, 0),
    manifest,
    files,
  };
}

/** @param {number} bytes @returns {string} `12.3 kB`, in powers of 1000 as npm counts */
export function size(bytes) {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * Columns under their headings; those whose heading starts with a space are flush right.
 *
 * @param {readonly (readonly string[])[]} rows the first one holds the headings
 */
export function table(rows) {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  return rows
    .map((row) =>
      row
        .map((text, c) => (rows[0][c].startsWith(' ') ? text.padStart(widths[c]) : text.padEnd(widths[c])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
