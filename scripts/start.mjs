// The main job on the real data: install, build, fetch CIFAR-10, train the MLP by hand and in TensorFlow.js, compare
// them, train the ConvNet for some hundred steps, write a report on the three.
// Arguments are handed on: `npm start -- --max-steps 200`.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { compareRuns } from './lib/compare-runs.mjs';
import { endWithParent } from './lib/end-with-parent.mjs';
import { startArguments } from './lib/start-arguments.mjs';
import { build, install, orExit, requireNode, root, run } from './lib/workspace.mjs';

requireNode();
endWithParent();
console.error('Installing the dependencies …');
await orExit(install({ quiet: true }));
console.error('Building the packages …');
await orExit(build({ quiet: true }));

const cifarlab = (...args) => orExit(run(process.execPath, [`${root}/scripts/cifarlab.mjs`, ...args]));
const { folder, mlp, convNet } = startArguments(process.argv.slice(2), new Date());

async function train(name, args) {
  console.error(`\n== cifarlab train ${name}`);
  const path = `${folder}/${name}`;
  await cifarlab('train', name, ...args, '--out', path);
  return { name, path, metrics: await readFile(resolve(root, path, 'metrics.jsonl'), 'utf8') };
}

const runs = [await train('mlp-ndarray', mlp), await train('mlp', mlp)];
console.log(`\n${compareRuns(runs)}`);
runs.push(await train('convnet', convNet));
console.error('\n== cifarlab report');
await cifarlab('report', ...runs.map(({ path }) => path), '--out', `${folder}/report.html`);
