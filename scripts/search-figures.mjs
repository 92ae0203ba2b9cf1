// Random search, TPE, and TPE with ASHA on the MLP: the best validation accuracy after some configurations, and the steps.
//   node scripts/search-figures.mjs [--python optuna/bin/python] [--out sweeps/search] [--trials 40] [--steps 200] [--seeds 1,2,3]
// Needs CIFAR-10 in the cache and a build. Trains in this process, on one thread; continues what it finds in the folder.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lib/workspace.mjs';

const { experimentRunner, planSweep, runSweep } = await import(`${root}/packages/sweep/dist/index.js`);

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    out: { type: 'string', default: 'sweeps/search' },
    trials: { type: 'string', default: '40' },
    steps: { type: 'string', default: '200' },
    seeds: { type: 'string', default: '1,2,3' },
  },
});
const trials = Number(values.trials);
const steps = Number(values.steps);
const seeds = values.seeds.split(',').map(Number);
const methods = [
  { name: 'random', sampler: 'random', pruner: 'none' },
  { name: 'TPE', sampler: 'tpe', pruner: 'none' },
  { name: 'TPE and ASHA', sampler: 'tpe', pruner: 'asha' },
];

const settings = {
  ...{ 'validation-size': 2000, init: 'he', 'batch-order': 'epoch' },
  ...{ 'max-steps': steps, 'eval-freq': steps / 10 },
};
const space = {
  'learning-rate': { 'log-uniform': [1e-5, 1e-1] },
  'weight-decay': { 'log-uniform': [1e-6, 1e-1] },
  'dnn-hidden-units': { integer: [20, 200] },
  'batch-size': { choice: [50, 100] },
  optimizer: { choice: ['sgd', 'adam', 'adamw'] },
};

/** Runs a search, or goes on with it. @returns its trials in the order in which they were proposed. */
async function search({ sampler, pruner }, seed) {
  const plan = planSweep({ model: 'mlp', settings, search: { sampler, pruner, trials, seed, space } });
  const out = join(values.out, `${sampler}-${pruner}-${seed}`);
  const runner = experimentRunner({ threads: 1, data: { offline: true } });
  const optuna = { python: values.python };
  const sweep = runSweep({ plan, out, runner, optuna, jobs: 1, threads: 1, data: { offline: true }, test: false });
  for await (const event of sweep) {
    if (event.type === 'ended') console.error(`${out}: ${event.trial.configuration.name} ${event.record.status}`);
  }
  const end = await sweep.result;
  if (end.status !== 'done') throw new Error(end.status);
  return end.summary.trials;
}

const bestAfter = (found, count) =>
  Math.max(...found.slice(0, count).map(({ status, accuracy }) => (status === 'done' ? accuracy : 0)));
const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const counts = [10, 20, 40].filter((count) => count <= trials);
const cell = (numbers) => `${mean(numbers).toFixed(4)} (${numbers.map((one) => one.toFixed(4)).join(', ')})`;

const rows = [];
for (const method of methods) {
  const found = [];
  for (const seed of seeds) found.push(await search(method, seed));
  const trained = found.map((all) => all.reduce((sum, { step }) => sum + (step ?? 0), 0));
  rows.push([
    method.name,
    ...counts.map((count) => cell(found.map((all) => bestAfter(all, count)))),
    `${Math.round(mean(trained))} of ${trials * steps}`,
  ]);
}
console.log(`| search | ${counts.map((count) => `best of ${count}`).join(' | ')} | steps |`);
console.log(`|---|${counts.map(() => '---').join('|')}|---|`);
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
