// Kills, signals, full disks, parallel starts and damaged files against the built command line: nothing of the user's
// may be lost or changed, nothing may hang or crash, and a run that continues must give what an unbroken run gives.
// `npm run torture -- --help` lists the options. Ends with 1 when any case went wrong, with the command that repeats
// it.
import { parseArgs } from 'node:util';
import { requireNode, root } from './lib/workspace.mjs';
import { runCampaign } from './torture/campaign.mjs';
import { CASES } from './torture/cases/index.mjs';

requireNode();
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '30' },
    times: { type: 'string' },
    parallel: { type: 'string' },
    case: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`Usage: npm run torture -- [--seed 1] [--rounds 1] [--minutes 30] [--times <cases of each kind>]
                    [--parallel <cases at a time>] [--case <kind>[:<seed>]]...
Kinds: ${Object.keys(CASES).join(', ')}`);
  process.exit(0);
}
const number = (name) => {
  const value = Number(values[name]);
  if (values[name] !== undefined && !(value >= 0)) {
    console.error(`--${name} is ${values[name]}; it must be a number of 0 or more.`);
    process.exit(2);
  }
  return values[name] === undefined ? undefined : value;
};
const seed = number('seed');
const { done, planned, failed } = await runCampaign({
  cli: [process.execPath, `${root}/apps/cli/dist/bin.js`],
  ...{
    seed,
    rounds: number('rounds'),
    minutes: number('minutes'),
    times: number('times'),
    parallel: number('parallel'),
  },
  ...(values.case ? { only: values.case } : {}),
  report: (line) => console.log(line),
});
console.log(`torture: ${done} of ${planned} cases, ${failed} failed (seed ${seed})`);
process.exit(failed > 0 ? 1 : 0);
