// The main job on the real data: install, build, fetch CIFAR-10, train the hand-derived MLP, write a report.
// Arguments are handed on: `npm start -- --max-steps 200`.
import { build, install, orExit, requireNode, root, run } from './lib/workspace.mjs';

requireNode();
console.error('Installing the dependencies …');
await orExit(install({ quiet: true }));
console.error('Building the packages …');
await orExit(build({ quiet: true }));
process.exit(
  await run(process.execPath, [`${root}/apps/cli/dist/bin.js`, 'train', 'mlp-ndarray', ...process.argv.slice(2)]),
);
