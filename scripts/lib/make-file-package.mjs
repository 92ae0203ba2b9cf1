// @ts-check
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @typedef {object} FilePackage a package that is one large file, which is made for a release and not kept here
 * @property {string} folder where its package.json and README.md are kept
 * @property {{ name: string, version: string, publishConfig: { access: string, directory?: string } }} manifest
 * @property {{ name: string, bytes: number, sha256: string }} file what its package.json says of the file
 * @property {string} notices folder with the licences
 */

/**
 * Makes the folder of such a package, ready to be packed: the file, package.json, README.md and the licences. The folder
 * appears whole or not at all; one that was there before is replaced.
 *
 * @param {FilePackage} one
 * @param {Uint8Array | undefined} content
 * @param {string} target
 * @throws {Error} when the content is not the one that the package's manifest describes
 */
export function makeFilePackage({ folder, manifest, file, notices }, content, target) {
  const sha256 = sha256Of(content ?? new Uint8Array());
  if (content?.length !== file.bytes || sha256 !== file.sha256) {
    throw new Error(
      `${file.name} of ${manifest.name} has ${content?.length} bytes and the SHA-256 ${sha256}; its package.json says ${file.bytes} bytes and ${file.sha256}.`,
    );
  }
  const parent = dirname(target);
  mkdirSync(parent, { recursive: true });
  const making = mkdtempSync(join(parent, '.making-'));
  try {
    const fresh = join(making, 'new');
    mkdirSync(fresh);
    writeFileSync(join(fresh, file.name), content);
    cpSync(notices, fresh, { recursive: true });
    cpSync(join(folder, 'README.md'), join(fresh, 'README.md'));
    // `directory` sends a release to this folder; in the folder itself it would send it one further.
    const published = { ...manifest, publishConfig: { access: manifest.publishConfig.access } };
    writeFileSync(join(fresh, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
    replaceFolder(target, fresh, join(making, 'old'));
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/**
 * Returns whether the folder that a release publishes has been made already, with this version and content.
 *
 * @param {FilePackage} one
 */
export function isMade({ folder, manifest, file }) {
  const dist = join(folder, 'dist');
  const content = join(dist, file.name);
  if (!existsSync(content) || !existsSync(join(dist, 'package.json'))) return false;
  if (JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8')).version !== manifest.version) return false;
  return sha256Of(readFileSync(content)) === file.sha256;
}

/** @param {Uint8Array} content */
function sha256Of(content) {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Puts a folder in the place of another, or leaves that one as it was.
 *
 * @param {string} target
 * @param {string} fresh
 * @param {string} old where `target` is kept meanwhile
 */
function replaceFolder(target, fresh, old) {
  const isThere = existsSync(target);
  if (isThere) renameSync(target, old);
  try {
    renameSync(fresh, target);
  } catch (error) {
    if (isThere) renameSync(old, target);
    throw error;
  }
}
