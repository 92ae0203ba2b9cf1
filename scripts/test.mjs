// What is checked, in one command: build, types, style, unused code, documentation, tests. With `--all` also the tests that
// take long, and the packages as they are published.
// The last line of the output is the tally: `N passed, N failed, N skipped`.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { endWithParent } from './lib/end-with-parent.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { INTERRUPTED, install, orExit, pnpm, requireNode, root } from './lib/workspace.mjs';

requireNode();
endWithParent();
const all = wantsAll();
await orExit(install());

const rooms = ['packages', 'apps', 'examples'].flatMap((group) =>
  readdirSync(`${root}/${group}`).map((name) => `${group}/${name}`),
);
const suites = ['.', 'bench', ...rooms, ...(all ? ['e2e', 'e2e/slurm'] : [])].filter((room) =>
  existsSync(`${root}/${room}/vitest.config.ts`),
);
for (const suite of suites) rmSync(`${root}/${suite}/test-tally.json`, { force: true });

console.log('\n== build');
const failedChecks = [];
const built = await ensureBuilt({ types: all });
if (built === INTERRUPTED) process.exit(built);
if (built !== 0) failedChecks.push('the build');

// One graph of all checks, so that no core waits for the last test of a step; `turbo.json` describes each.
const checks = ['typecheck', 'test', 'lint', 'check:unused', 'docs', 'test:repository', ...(all ? ['slurm'] : [])];
// The cluster mostly waits.
const options = ['--continue', '--output-logs=new-only', `--concurrency=${availableParallelism() + 1}`];
const steps = [['types, style, unused code, documentation and tests', ['exec', 'turbo', 'run', ...checks, ...options]]];
// On its own: it makes the platform packages of ONNX Runtime, which programs of the other tests would load half-written.
if (all) steps.push(['packages published, installed and used', ['--filter', '@cifarlab/e2e', 'run', 'e2e']]);
for (const [name, args] of steps) {
  console.log(`\n== ${name}`);
  const code = await pnpm(args, { env: { CIFARLAB_SHORT_TESTS: all ? '0' : '1' } });
  if (code === INTERRUPTED) process.exit(code);
  if (code !== 0) failedChecks.push(name);
}

const total = { passed: 0, failed: [], skipped: [] };
for (const suite of suites) {
  const file = `${root}/${suite}/test-tally.json`;
  if (!existsSync(file)) {
    failedChecks.push(`the tests of ${suite} (they did not run to their end)`);
    continue;
  }
  const { passed, failed, skipped } = JSON.parse(readFileSync(file, 'utf8'));
  total.passed += passed;
  total.failed.push(...failed.map((name) => `${suite}/${name}`));
  total.skipped.push(...skipped.map((test) => `${suite}/${test.name}: ${test.reason}`));
}

/** Reads the arguments; ends the process with 2 if they are wrong. */
function wantsAll() {
  try {
    return parseArgs({ options: { all: { type: 'boolean', default: false } } }).values.all;
  } catch (error) {
    console.error(`${error.message}\nUsage: npm test [-- --all]`);
    process.exit(2);
  }
}

const list = (title, lines) => {
  if (lines.length > 0) console.log(`\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
};
if (!all) console.log('\nWithout the long tests and the published packages, which `npm test -- --all` checks too.');
list('Skipped', total.skipped);
list('Failed checks', failedChecks);
list('Failed tests', total.failed);
// A failed check without a failed test (such as a type error) must not read as "0 failed".
const failed = Math.max(total.failed.length, failedChecks.length);
console.log(`\n${total.passed} passed, ${failed} failed, ${total.skipped.length} skipped`);
process.exit(failed > 0 ? 1 : 0);
