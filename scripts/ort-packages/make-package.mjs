// @ts-check
import { fileURLToPath } from 'node:url';
import { makeFilePackage } from '../lib/make-file-package.mjs';

const notices = fileURLToPath(new URL('notices', import.meta.url));

/**
 * Makes the folder of one platform package, ready to be packed: the library, package.json, README.md, LICENSE and
 * ThirdPartyNotices.txt. The folder appears whole or not at all; one that was there before is replaced.
 *
 * @param {import('./platforms.mjs').Platform} platform
 * @param {Uint8Array | undefined} library
 * @param {string} target
 * @throws {Error} when the library is not the one that the package's manifest describes
 */
export function makePackage(platform, library, target) {
  makeFilePackage(filePackageOf(platform), library, target);
}

/**
 * @param {import('./platforms.mjs').Platform} platform
 * @returns {import('../lib/make-file-package.mjs').FilePackage}
 */
export function filePackageOf({ folder, manifest }) {
  const { library: name, bytes, sha256 } = manifest.onnxruntime;
  return { folder, manifest, file: { name, bytes, sha256 }, notices };
}
