#!/usr/bin/env node
// The command line from a clone, `npx cifarlab …`: installs and builds what changed, then continues in this process, so
// that signals, standard input and the exit code are those of the command.
import { endWithParent } from './lib/end-with-parent.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { orExit, requireNode, root } from './lib/workspace.mjs';

requireNode();
endWithParent();
await orExit(ensureBuilt());
await import(new URL('apps/cli/dist/bin.js', `file://${root}/`).href);
