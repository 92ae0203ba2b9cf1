import { constants, setPriority } from 'node:os';
import { watchRuns } from '../server/watch-server.js';
import { WatchError } from '../watch-error.js';
import type { WatchAnswer, WatchTask } from './messages.js';

// A page in a process of its own, which ends with the one that has started it.

// Whoever trains comes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// Ctrl-C reaches both processes, and the other one may go on for a while.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
process.on('message', ({ path, ...options }: WatchTask) => {
  watchRuns(path, options).then(
    ({ address }) => answer({ address }),
    (error: Error) => answer({ code: error instanceof WatchError ? error.code : undefined, message: error.message }),
  );
});

function answer(message: WatchAnswer): void {
  process.send!(message);
}
