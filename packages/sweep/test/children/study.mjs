// A stand-in for Optuna's process that speaks the same lines, in the way that its argument names. Its study is a JSON file
// at the place of the journal; what it proposes depends on the task and on how many it was told of.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [way, notes] = process.argv.slice(2);

let journal;
let space;
let rungs;
let study = {};
const keep = () => writeFileSync(journal, JSON.stringify(study));
const note = (line) => notes !== undefined && writeFileSync(notes, `${line}\n`, { flag: 'a' });

function propose(task) {
  const told = Object.values(study).filter(({ state }) => state !== 'RUNNING').length;
  const part = ((3 * task + 5 * told) % 7) / 7;
  return space.map(({ kind, low, high }) => {
    if (way === 'same') return low;
    return kind === 'uniform' || kind === 'log-uniform'
      ? low + part * (high - low)
      : low + Math.floor(part * (high - low + 1));
  });
}

const answers = {
  open(request) {
    ({ journal, space, pruner: rungs } = request);
    if (existsSync(journal)) study = JSON.parse(readFileSync(journal, 'utf8'));
    note(`open ${request.study} ${request.seed}`);
    return { states: Object.fromEntries(Object.entries(study).map(([task, { state }]) => [task, state])) };
  },
  ask({ task, values }) {
    study[task] ??= { state: 'RUNNING', values: values ?? propose(task) };
    keep();
    note(`ask ${task}`);
    return { values: way === 'outside' ? study[task].values.map(() => 1e9) : study[task].values };
  },
  report({ task, step, value }) {
    note(`report ${task} ${step} ${value}`);
    if (way === 'die late') die();
    return { prune: rungs !== null && step >= rungs.first && value < 0.5 };
  },
  tell({ task, values, state, value = null }) {
    study[task] = { values, state, value };
    keep();
    note(`tell ${task} ${state} ${value}`);
    return {};
  },
};

function die() {
  console.error('Traceback (most recent call last)\nMemoryError: no memory left');
  process.exit(9);
}

if (way === 'missing') console.log(JSON.stringify({ id: null, missing: "No module named 'optuna'" }));
for await (const line of createInterface({ input: process.stdin })) {
  const { id, do: what, ...request } = JSON.parse(line);
  if (what === 'ask' && way === 'die') die();
  if (what === 'ask' && way === 'hang') continue;
  if (what === 'ask' && way === 'babble') console.log('Hello!');
  else if (what === 'ask' && way === 'fail')
    console.log(JSON.stringify({ id, error: 'ValueError: the journal is damaged' }));
  else console.log(JSON.stringify({ id, result: answers[what](request) }));
}
