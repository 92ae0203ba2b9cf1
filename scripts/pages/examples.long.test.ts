// The programs in the Markdown pages: each compiles in strict mode, runs, and prints what the page says.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cifar10CacheDir } from '../../packages/cifar10/src/sources/cache/cache-folder.js';
import { examplesOf } from './examples.js';
import { uninstalledImports } from './install-lines.js';
import { markdownPages, packageOf, root } from './markdown-pages.js';
import { firstDifference } from './output.js';
import { runProgram } from './run-program.js';
import { typeErrors } from './type-errors.js';

const pages = markdownPages();
const manifestOf = (path: string) => JSON.parse(readFileSync(join(root, packageOf(path), 'package.json'), 'utf8'));
/** Pages of what users install. */
const published = pages.filter(({ path }) => /^(packages|apps)\//.test(path) && !manifestOf(path).private);
const examples = pages.flatMap(examplesOf);
const hasCifar10 = existsSync(join(cifar10CacheDir(), 'cifar-10-records.bin'));

test('the packages are built', () => {
  expect(existsSync(join(root, 'packages/trainer/dist/index.js')), 'run `npm run build` first').toBe(true);
});

test('every example compiles in strict mode', { timeout: 300_000 }, () => {
  expect(typeErrors(examples)).toEqual([]);
});

test.each(published)('$path installs what its examples import', (page) => {
  expect(uninstalledImports(page)).toEqual([]);
});

test.each(
  published.filter(({ path }) =>
    /^packages\/(?!ort-(linux|darwin|win32)|.*-lite\d-weights)[^/]+\/README\.md$/.test(path),
  ),
)('$path has an install line and an example that shows its output', (page) => {
  expect(page.text).toContain(`npm install ${manifestOf(page.path).name}`);
  expect(examplesOf(page).filter(({ output, typesOnly }) => output && !typesOnly)).not.toEqual([]);
});

const running = examples.filter(({ typesOnly }) => typesOnly === undefined);

describe('an example prints what the page says:', { timeout: 300_000 }, () => {
  test.concurrent.for(running)('$page:$line', async (example, { expect, skip }) => {
    if (example.needsCifar10) skip(!hasCifar10, 'CIFAR-10 is not in the cache; `cifarlab data` fetches it');
    const { stdout, stderr, exitCode } = await runProgram(example.program, join(root, packageOf(example.page)));
    expect(exitCode, stderr).toBe(0);
    if (example.output !== undefined) expect(firstDifference(example.output, stdout), stdout).toBeUndefined();
  });
});
