// @ts-check
import { exportProblems } from '../lib/check-exports.mjs';
import { problemsOf } from '../lib/check-tarball.mjs';
import { packPackages, size, table } from '../lib/pack.mjs';
import { publicPackages } from '../lib/public-packages.mjs';
import { build, pnpm } from '../lib/workspace.mjs';
import { choosePlatforms } from '../ort-packages/platforms.mjs';
import { weightsPackages } from '../weights-packages/weights-packages.mjs';
import { distTag } from './dist-tag.mjs';
import { makePlatformPackages } from './platform-packages.mjs';
import { publishAll } from './publish-all.mjs';
import { reasonsToWait } from './reasons-to-wait.mjs';
import { hasVersions, publishTarball, registryOf } from './registry.mjs';
import { makeWeightsPackages } from './weights-packages.mjs';
import { withoutPackages } from './without-packages.mjs';

/**
 * @typedef {object} ReleaseOptions
 * @property {boolean} dryRun
 * @property {boolean} asIs
 * @property {boolean} withoutWeights
 * @property {string} folder for the tarballs
 * @property {string} [access]
 * @property {boolean} [provenance]
 * @property {string[]} [platform]
 */

/**
 * Builds, packs and checks what the registry does not have yet, then publishes it in dependency order.
 *
 * @param {ReleaseOptions} options
 * @returns {Promise<number>} the exit code
 */
export async function release({ dryRun, asIs, withoutWeights, folder, access, provenance, platform }) {
  const reasons = asIs ? [] : reasonsToWait();
  for (const reason of reasons) console.error(dryRun ? `A release would stop here: ${reason}` : reason);
  if (reasons.length > 0 && !dryRun) return 1;

  const leftOut = choosePlatforms().filter(
    ({ name }) => platform && !choosePlatforms(platform).some((one) => one.name === name),
  );
  const weights = withoutWeights ? weightsPackages().map(({ manifest }) => manifest.name) : [];
  const omitted = [...leftOut.map(({ manifest }) => manifest.name), ...weights];
  const packages = publicPackages().filter(({ name }) => !omitted.includes(name));
  const registry = await registryOf('@cifarlab');
  console.error(`Asking ${registry} for ${packages.length} versions …`);
  const there = await hasVersions(packages);
  const missing = packages.filter((_, i) => !there[i]);
  const known = packages.filter((_, i) => there[i]).map(({ name, version }) => `${name}@${version}`);

  if (missing.length > 0) {
    console.error('Building and checking …');
    await makePlatformPackages(missing);
    const code = await build({ quiet: true, types: true });
    if (code !== 0) return code;
    await makeWeightsPackages(missing);
  }
  const leftOutThere = await hasVersions(leftOut.map(({ manifest }) => manifest));
  const absent = leftOut.map(({ manifest }) => manifest.name).filter((_, i) => !leftOutThere[i]);
  const tarballs = (await packPackages(missing, folder)).map((tarball) => withoutPackages(tarball, absent));
  const problems = await problemsOfAll(tarballs);
  if (problems.length > 0) throw new Error(`Nothing was published:\n${problems.map((line) => `  ${line}`).join('\n')}`);

  const plan = tarballs.map((tarball) => ({
    ...tarball,
    tag: distTag(tarball.version),
    access: access ?? tarball.manifest.publishConfig?.access ?? 'public',
  }));
  if (known.length > 0) console.log(`Already in the registry: ${known.join(', ')}.`);
  if (leftOut.length > 0)
    console.log(`Left out by --platform: ${leftOut.map(({ manifest }) => manifest.name).join(', ')}.`);
  if (weights.length > 0) console.log(`Left out by --without-weights: ${weights.join(', ')}.`);
  if (plan.length === 0) {
    console.log(`Nothing to publish to ${registry}`);
    return 0;
  }
  console.log(`${dryRun ? 'Would be published' : 'To be published'} to ${registry} in this order:\n`);
  console.log(
    table([
      ['package', ' version', 'tag', 'access', ' packed', ' unpacked', ' files'],
      ...plan.map((one) => [
        one.name,
        one.version,
        one.tag,
        one.access,
        size(one.packed),
        size(one.unpacked),
        String(one.files.size),
      ]),
    ]),
  );
  console.log();
  if (dryRun) {
    console.log('Dry run: nothing was published.');
    return 0;
  }
  const complete = await publishAll(plan, (one) => publishTarball(one.file, { ...one, provenance }));
  if (!complete) return 1;
  // Tags say which commit a version comes from: only a release of committed versions has one.
  return asIs ? 0 : pnpm(['exec', 'changeset', 'tag']);
}

/**
 * @param {readonly import('../lib/pack.mjs').Tarball[]} tarballs
 * @returns {Promise<string[]>} the problems of all of them, a line each
 */
async function problemsOfAll(tarballs) {
  const lines = [];
  for (const tarball of tarballs) {
    const problems = [...problemsOf(tarball), ...(await exportProblems(tarball))];
    lines.push(...problems.map((problem) => `${tarball.name}: ${problem}`));
  }
  return lines;
}
