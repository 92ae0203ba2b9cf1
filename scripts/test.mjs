// Everything that is checked, in one command: build, types, exports, style, unused code, tests.
// The last line of the output is the tally: `N passed, N failed, N skipped`.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { endWithParent } from './lib/end-with-parent.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { INTERRUPTED, install, orExit, pnpm, requireNode, root } from './lib/workspace.mjs';

requireNode();
endWithParent();
await orExit(install());

const rooms = ['packages', 'apps', 'examples'].flatMap((group) =>
  readdirSync(`${root}/${group}`).map((name) => `${group}/${name}`),
);
const suites = ['.', 'bench', 'e2e', 'e2e/slurm', ...rooms].filter((room) =>
  existsSync(`${root}/${room}/vitest.config.ts`),
);
for (const suite of suites) rmSync(`${root}/${suite}/test-tally.json`, { force: true });

const checks = [
  [
    'build, types, exports and tests',
    [
      'exec',
      'turbo',
      'run',
      'build',
      'typecheck',
      'check:exports',
      'test',
      '--continue',
      '--output-logs=new-only',
      '--concurrency=100%',
    ],
  ],
  ['types of the scripts', ['exec', 'tsc', '-p', '.']],
  ['style', ['exec', 'biome', 'check', '.']],
  ['unused files and dependencies', ['exec', 'knip']],
  ['documentation', ['run', 'docs']],
  ['tests of the repository', ['exec', 'vitest', 'run']],
  ['sweeps on a Slurm cluster', ['--filter', '@cifarlab/e2e', 'run', 'slurm']],
  ['packages published, installed and used', ['--filter', '@cifarlab/e2e', 'run', 'e2e']],
];
const failedChecks = [];
console.log('\n== build');
const built = await ensureBuilt({ always: true });
if (built === INTERRUPTED) process.exit(built);
if (built !== 0) failedChecks.push('build');
for (const [name, args] of checks) {
  console.log(`\n== ${name}`);
  const code = await pnpm(args);
  if (code === INTERRUPTED) process.exit(code);
  if (code !== 0) failedChecks.push(name);
}

const total = { passed: 0, failed: 0, skipped: [] };
for (const suite of suites) {
  const file = `${root}/${suite}/test-tally.json`;
  if (!existsSync(file)) {
    failedChecks.push(`the tests of ${suite} (they did not run to their end)`);
    continue;
  }
  const { passed, failed, skipped } = JSON.parse(readFileSync(file, 'utf8'));
  total.passed += passed;
  total.failed += failed;
  total.skipped.push(...skipped.map((test) => `${suite}/${test.name}: ${test.reason}`));
}

if (total.skipped.length > 0) console.log(`\nSkipped:\n${total.skipped.map((line) => `  ${line}`).join('\n')}`);
if (failedChecks.length > 0) console.log(`\nFailed:\n${failedChecks.map((line) => `  ${line}`).join('\n')}`);
// A failed check without a failed test (such as a type error) must not read as "0 failed".
const failed = Math.max(total.failed, failedChecks.length);
console.log(`\n${total.passed} passed, ${failed} failed, ${total.skipped.length} skipped`);
process.exit(failed > 0 ? 1 : 0);
