// Installs what is missing and builds what has changed: `npm run build`.
import { endWithParent } from './lib/end-with-parent.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { orExit, requireNode } from './lib/workspace.mjs';

requireNode();
endWithParent();
await orExit(ensureBuilt({ types: true }));
