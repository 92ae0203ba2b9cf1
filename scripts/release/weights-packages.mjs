// @ts-check
import { isMade } from '../lib/make-file-package.mjs';
import { root, run } from '../lib/workspace.mjs';
import { weightsPackages } from '../weights-packages/weights-packages.mjs';

/**
 * Makes the packages of weights to be published that do not exist yet; `@cifarlab/pretrained` must be built.
 *
 * @param {readonly { name: string }[]} packages
 */
export async function makeWeightsPackages(packages) {
  const lacking = weightsPackages()
    .filter(({ manifest }) => packages.some(({ name }) => name === manifest.name))
    .filter((one) => !isMade(one));
  if (lacking.length === 0) return;
  if ((await run(process.execPath, [`${root}/scripts/weights-packages.mjs`])) !== 0) {
    throw new Error(
      'Nothing was published: the packages of weights cannot be made, see above; --without-weights leaves them out.',
    );
  }
}
