// The property tests with cases that `npm test` does not draw: `npm run test:properties -- [--rounds 10] [--seed N]`.
// Each round has a seed of its own, which is printed; `--seed N --rounds 1` repeats one.
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { install, orExit, pnpm, requireNode, root } from './lib/workspace.mjs';

requireNode();
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10' }, seed: { type: 'string' } } });
await orExit(install({ quiet: true }));

const list = ['grep', '-l', 'fast-check', '--', 'packages/**/*.test.ts', 'apps/**/*.test.ts'];
const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).trim().split('\n');
/** @type {Map<string, string[]>} */
const rooms = new Map();
for (const file of files) rooms.set(roomOf(file), [...(rooms.get(roomOf(file)) ?? []), file]);
const failed = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed) + round;
  process.env.CIFARLAB_PROPERTY_SEED = String(seed);
  for (const [room, tests] of rooms) {
    console.log(`\n== ${room}, seed ${seed}`);
    const paths = tests.map((file) => file.slice(room.length + 1));
    if ((await pnpm(['--dir', `${root}/${room}`, 'exec', 'vitest', 'run', ...paths])) !== 0)
      failed.push({ room, seed });
  }
}
for (const { room, seed } of failed) {
  console.log(`${room} failed: npm run test:properties -- --rounds 1 --seed ${seed}`);
}
process.exitCode = failed.length > 0 ? 1 : 0;

function roomOf(file) {
  return file.split('/').slice(0, 2).join('/');
}
