// Builds and packs every public package, and checks its entry points and their declarations: `npm run check:exports`.
// A release does the same before it publishes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportProblems } from './lib/check-exports.mjs';
import { endWithParent } from './lib/end-with-parent.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { packPackages } from './lib/pack.mjs';
import { publicPackages } from './lib/public-packages.mjs';
import { orExit, requireNode } from './lib/workspace.mjs';

requireNode();
endWithParent();
await orExit(ensureBuilt({ types: true }));
const folder = mkdtempSync(join(tmpdir(), 'exports-'));
try {
  // Packages that are one large file are made for a release only.
  const packages = publicPackages().filter(({ manifest }) => manifest.publishConfig?.directory === undefined);
  let count = 0;
  for (const tarball of await packPackages(packages, folder)) {
    for (const problem of await exportProblems(tarball)) {
      console.error(`${tarball.name}: ${problem}`);
      count += 1;
    }
  }
  console.log(`${packages.length} packages, ${count} problems`);
  process.exitCode = count > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
