// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from '../lib/workspace.mjs';
import { allPlatforms } from '../ort-packages/platforms.mjs';

/**
 * Makes the platform packages among those to be published that are not there yet.
 *
 * @param {readonly { name: string }[]} packages
 */
export async function makePlatformPackages(packages) {
  const names = allPlatforms()
    .filter(({ manifest }) => packages.some(({ name }) => name === manifest.name))
    .filter((platform) => !isMade(platform))
    .map(({ name }) => name);
  if (names.length === 0) return;
  const args = names.flatMap((name) => ['--platform', name]);
  if ((await run(process.execPath, [`${root}/scripts/ort-packages.mjs`, ...args])) !== 0) {
    throw new Error('Nothing was published: the platform packages cannot be made; see above.');
  }
}

/** @param {import('../ort-packages/platforms.mjs').Platform} platform */
function isMade({ folder, manifest: { version, onnxruntime } }) {
  const dist = join(folder, 'dist');
  const library = join(dist, onnxruntime.library);
  if (!existsSync(library) || !existsSync(join(dist, 'package.json'))) return false;
  if (JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8')).version !== version) return false;
  return createHash('sha256').update(readFileSync(library)).digest('hex') === onnxruntime.sha256;
}
