// @ts-check
import { isMade } from '../lib/make-file-package.mjs';
import { root, run } from '../lib/workspace.mjs';
import { filePackageOf } from '../ort-packages/make-package.mjs';
import { allPlatforms } from '../ort-packages/platforms.mjs';

/**
 * Makes the platform packages to be published that do not exist yet.
 *
 * @param {readonly { name: string }[]} packages
 */
export async function makePlatformPackages(packages) {
  const names = allPlatforms()
    .filter(({ manifest }) => packages.some(({ name }) => name === manifest.name))
    .filter((platform) => !isMade(filePackageOf(platform)))
    .map(({ name }) => name);
  if (names.length === 0) return;
  const args = names.flatMap((name) => ['--platform', name]);
  if ((await run(process.execPath, [`${root}/scripts/ort-packages.mjs`, ...args])) !== 0) {
    throw new Error('Nothing was published: the platform packages cannot be made; see above.');
  }
}
