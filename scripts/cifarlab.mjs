// The command line from a clone: installs and builds on first use, then hands its arguments on.
import { existsSync } from 'node:fs';
import { build, install, orExit, requireNode, root } from './lib/workspace.mjs';

requireNode();
const bin = `${root}/apps/cli/dist/bin.js`;
if (!existsSync(bin)) {
  console.error('First use: installing and building …');
  await orExit(install({ quiet: true }));
  await orExit(build({ quiet: true }));
}
await import(bin);
