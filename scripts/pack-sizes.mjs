// The size of each package as a registry gets it: `npm run pack-sizes -- [--json]`, after a build.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packSizes, sizeTable } from './lib/pack-sizes.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pack-sizes-'));
try {
  const sizes = await packSizes(folder);
  console.log(process.argv.includes('--json') ? JSON.stringify(sizes, null, 2) : sizeTable(sizes));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
