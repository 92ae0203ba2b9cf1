// The tests of properties, in rounds: each with its own seed, so that other examples are tried.
// `npm run test:properties -- --rounds 50 packages/plots` for some packages only; `--seed N` repeats one round. It ends
// at the first failure, and says how to repeat it.
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { endWithParent } from './lib/end-with-parent.mjs';
import { INTERRUPTED, install, orExit, requireNode, root, run } from './lib/workspace.mjs';

requireNode();
endWithParent();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const rounds = values.seed === undefined ? Number(values.rounds) : 1;
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds ${values.rounds} is not a number of rounds: give a whole number from 1 up.`);
  process.exit(2);
}

/** Test files that state properties, by the package they are in. */
const suites = ['packages', 'apps']
  .flatMap((group) => readdirSync(`${root}/${group}`).map((name) => `${group}/${name}`))
  .filter((room) => positionals.length === 0 || positionals.includes(room))
  .map((room) => ({ room, files: propertyTests(room) }))
  .filter(({ files }) => files.length > 0);
if (suites.length === 0) {
  console.error(`${positionals.join(', ')} has no tests of properties: name folders such as packages/plots.`);
  process.exit(2);
}

/** Returns the files of a package whose tests state properties. */
function propertyTests(room) {
  return ['src', 'test']
    .filter((folder) => existsSync(`${root}/${room}/${folder}`))
    .flatMap((folder) =>
      readdirSync(`${root}/${room}/${folder}`, { recursive: true }).map((file) => `${folder}/${file}`),
    )
    .filter(
      (file) => file.endsWith('.test.ts') && readFileSync(`${root}/${room}/${file}`, 'utf8').includes('fc.assert('),
    );
}

await orExit(install({ quiet: true }));
for (let round = 1; round <= rounds; round += 1) {
  const seed = values.seed ?? String(randomInt(2 ** 31));
  for (const { room, files } of suites) {
    console.log(`\n== round ${round} of ${rounds}, seed ${seed}: ${room}`);
    const vitest = [`${root}/node_modules/vitest/vitest.mjs`, 'run', '--root', room, '--reporter', 'dot', ...files];
    const code = await run(process.execPath, vitest, { env: { CIFARLAB_PROPERTY_SEED: seed } });
    if (code === 0) continue;
    if (code === INTERRUPTED) process.exit(code);
    console.error(`\nTo repeat it: npm run test:properties -- --seed ${seed} ${room}`);
    process.exit(1);
  }
}
console.log(`\nEvery property held in ${rounds} round${rounds === 1 ? '' : 's'}.`);
