// @ts-check
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  const { name, onnxruntime, publishConfig } = platform.manifest;
  const sha256 = createHash('sha256')
    .update(library ?? '')
    .digest('hex');
  if (library?.length !== onnxruntime.bytes || sha256 !== onnxruntime.sha256) {
    throw new Error(
      `${onnxruntime.library} of ${name} has ${library?.length} bytes and the SHA-256 ${sha256}; its package.json says ${onnxruntime.bytes} bytes and ${onnxruntime.sha256}.`,
    );
  }
  const parent = dirname(target);
  mkdirSync(parent, { recursive: true });
  const making = mkdtempSync(join(parent, '.making-'));
  try {
    const fresh = join(making, 'new');
    mkdirSync(fresh);
    writeFileSync(join(fresh, onnxruntime.library), library);
    cpSync(notices, fresh, { recursive: true });
    cpSync(join(platform.folder, 'README.md'), join(fresh, 'README.md'));
    // `directory` sends a release to this folder; in the folder itself it would send it one further.
    const manifest = { ...platform.manifest, publishConfig: { access: publishConfig.access } };
    writeFileSync(join(fresh, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    replaceFolder(target, fresh, join(making, 'old'));
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
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
