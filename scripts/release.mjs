// Publishes every public package whose version the registry does not have: `npm run release`, see docs/publishing.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { release } from './release/release.mjs';

const USAGE = `Usage: npm run release -- [--dry-run] [--access public|restricted] [--provenance] [--platform NAME ...] [--without-weights]
                         [--as-is]

  --dry-run        builds, packs, checks, and shows what would be published where; publishes nothing
  --access WHICH   who may install: public or restricted; each package.json's publishConfig.access by default
  --provenance     signs where the packages were built; works in a workflow of a host that npm knows
  --platform NAME  ONNX Runtime's library for this platform only (linux-x64, …); may be repeated; all by default
  --without-weights
                   no packages of weights: they are made of a Python package, which the package index must have
  --as-is          although changesets are pending or files are not committed; makes no tags
`;

/** @param {string[]} args */
function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      'dry-run': { type: 'boolean', default: false },
      access: { type: 'string' },
      provenance: { type: 'boolean', default: false },
      platform: { type: 'string', multiple: true },
      'without-weights': { type: 'boolean', default: false },
      'as-is': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.access !== undefined && !['public', 'restricted'].includes(values.access)) {
    throw new Error(`--access ${values.access}: choose public or restricted.`);
  }
  return values;
}

try {
  const {
    help,
    'dry-run': dryRun,
    'as-is': asIs,
    'without-weights': withoutWeights,
    ...options
  } = readOptions(process.argv.slice(2));
  if (help) process.stdout.write(USAGE);
  else {
    const folder = mkdtempSync(join(tmpdir(), 'release-'));
    try {
      process.exitCode = await release({ ...options, dryRun, asIs, withoutWeights, folder });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
