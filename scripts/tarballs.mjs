// Packs packages as a registry gets them, with those that they depend on: `npm run tarballs -- layernorm --out FOLDER`.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { endWithParent } from './lib/end-with-parent.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { packPackages } from './lib/pack.mjs';
import { publicPackages } from './lib/public-packages.mjs';
import { withDependencies } from './lib/with-dependencies.mjs';
import { orExit, requireNode } from './lib/workspace.mjs';

requireNode();
endWithParent();
try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
  if (values.out === undefined || positionals.length === 0) {
    throw new Error('Usage: npm run tarballs -- PACKAGE... --out FOLDER');
  }
  const packages = withDependencies(positionals, publicPackages());
  const out = resolve(values.out);
  await orExit(ensureBuilt({ types: true }));
  mkdirSync(out, { recursive: true });
  for (const { file } of await packPackages(packages, out)) console.log(file);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
