// The main job on the real data: install, build, fetch CIFAR-10, train the MLP by hand and in TensorFlow.js, compare
// them, train the ConvNet for some hundred steps, write a report on the three.
// Arguments are handed on: `npm start -- --max-steps 200`.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { compareRuns } from './lib/compare-runs.mjs';
import { endWithParent } from './lib/end-with-parent.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { convNetSteps, startArguments } from './lib/start-arguments.mjs';
import { orExit, requireNode, root, run } from './lib/workspace.mjs';

requireNode();
endWithParent();
console.error(`The whole tour takes under four minutes on two cores, and the first result comes a minute after the build:
  1. install and build the packages (a minute; seconds the next time)
  2. fetch CIFAR-10, once, and check every image
  3. train the MLP with gradients derived by hand, as the practical does (1,400 steps)
  4. train the same MLP in TensorFlow.js, and compare
  5. train the ConvNet of the practical for ${convNetSteps} of its 5,000 steps
  6. try the networks on the test images, and write a report with curves
`);
await orExit(ensureBuilt());

const cifarlab = (...args) => orExit(run(process.execPath, [`${root}/scripts/cifarlab.mjs`, ...args]));
const { folder, mlp, convNet } = startArguments(process.argv.slice(2), new Date());

async function train(name, args) {
  console.error(`\n== cifarlab train ${name}`);
  const path = `${folder}/${name}`;
  await cifarlab('train', name, ...args, '--out', path);
  return { name, path, metrics: await readFile(resolve(root, path, 'metrics.jsonl'), 'utf8') };
}

const byHand = await train('mlp-ndarray', mlp);
// A terminal shows the curves at once; elsewhere their files are named already.
if (process.stdout.isTTY) await cifarlab('plot', byHand.path);
const runs = [byHand, await train('mlp', mlp)];
console.log(`\n${compareRuns(runs)}`);
runs.push(await train('convnet', convNet));
console.error('\n== cifarlab report');
await cifarlab('report', ...runs.map(({ path }) => path), '--out', `${folder}/report.html`);
