// The cost of importing each entry of the packages: time, files loaded, and the packages that they are of.
//   npm run import-times -- [--rounds 5] [--cjs] [part of a package's name …]
import { parseArgs } from 'node:util';
import { build, orExit } from './lib/workspace.mjs';
import { entryPoints } from './weight/entry-points.mjs';
import { importCost } from './weight/import-times.mjs';

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, cjs: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds is ${values.rounds}; it must be a whole number from 1 up.`);
  process.exit(2);
}
await orExit(build({ quiet: true }));

const format = values.cjs ? 'cjs' : 'esm';
console.log(`${'entry'.padEnd(32)} ${format.padStart(7)}  files  packages`);
for (const entry of entryPoints()) {
  if (positionals.length > 0 && !positionals.some((part) => entry.specifier.includes(part))) continue;
  const { milliseconds, modules, packages } = await importCost(entry, format, rounds);
  const time = `${milliseconds.toFixed(0)} ms`.padStart(7);
  console.log(`${entry.specifier.padEnd(32)} ${time}  ${String(modules).padStart(5)}  ${packages.join(', ')}`);
}
