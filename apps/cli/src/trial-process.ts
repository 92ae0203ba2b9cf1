import { acquireLock } from '@cifarlab/trainer/node';
import { describeError, exitCodes } from './errors.js';
import { main } from './main.js';
import { commandLine } from './shell-words.js';
import { orphanPatience } from './sweep/orphan-patience.js';

// One command line for a sweep, in a process of its own. The arguments: the lock to hold meanwhile, then the command
// line's.
const [lock, ...argv] = process.argv.slice(2) as [string, ...string[]];

// A sweep that is killed takes its trials with it: nobody would know of them.
process.on('disconnect', () => process.exit(exitCodes.failed));
// Ctrl-C in good order, on systems without signals too; before anything listens there is nothing to save.
process.on('message', () => {
  if (!process.emit('SIGINT', 'SIGINT')) process.exit(exitCodes.interrupted);
});
// Waiting for these keeps no process from ending.
process.channel?.unref();

try {
  const release = await acquireLock(lock, {
    patienceSeconds: orphanPatience,
    command: commandLine(['cifarlab', ...argv]),
  });
  process.exitCode = await main(argv, { stdout: process.stdout, stderr: process.stderr });
  await release();
} catch (error) {
  process.stderr.write(`error: ${describeError(error)}\n`);
  process.exitCode = exitCodes.failed;
}
