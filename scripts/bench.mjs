// The measurements from a clone: installs on first use, builds what has changed, then hands its arguments on.
import { existsSync } from 'node:fs';
import { endWithParent } from './lib/end-with-parent.mjs';
import { install, orExit, pnpm, requireNode, root } from './lib/workspace.mjs';

requireNode();
endWithParent();
if (!existsSync(`${root}/bench/node_modules`)) await orExit(install({ quiet: true }));
await orExit(
  pnpm(['exec', 'turbo', 'run', 'build', '--filter=@cifarlab/bench', '--output-logs=errors-only'], { quiet: true }),
);
await import(`${root}/bench/dist/bench.js`);
