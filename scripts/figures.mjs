// Writes the figures of the recorded runs in docs/results into the pages: tables, and numbers in the text. A test fails
// where a page differs. The steps of runs that were added are compressed first.
//   npm run figures
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFigures, withTables } from './figures/pages.mjs';
import { packRuns } from './figures/recorded-steps.mjs';
import { resultAt } from './figures/results.mjs';
import { tables } from './figures/tables.mjs';
import { root } from './lib/workspace.mjs';

for (const folder of packRuns(join(root, 'docs/results'))) console.log(`${folder}: compressed`);

const files = execFileSync('git', ['grep', '-lE', '^<!-- (table|figures)', '--', '*.md'], {
  cwd: root,
  encoding: 'utf8',
});
for (const path of files
  .trim()
  .split('\n')
  .map((file) => join(root, file))
  .filter(existsSync)) {
  const page = readFileSync(path, 'utf8');
  const current = withFigures(withTables(page, tables), resultAt);
  if (current !== page) {
    writeFileSync(path, current);
    console.log(path);
  }
}
