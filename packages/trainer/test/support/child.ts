// A program of its own, so that tests can kill it: `child run FOLDER [STEP]` trains a small network, resumes when there
// is a checkpoint, and waits after the given step to be stopped; `child stuck` never ends by itself.
import { setTimeout as sleep } from 'node:timers/promises';
import { withInterrupt } from '../../src/node.js';
import { smallRun } from './run.js';
import { runInFolder } from './run-in-folder.js';

async function stuck(): Promise<void> {
  await withInterrupt(
    async () => {
      console.log('ready');
      for (;;) await sleep(1000);
    },
    { onInterrupt: (signal) => console.log(`interrupted by ${signal}`) },
  );
}

const [mode, path, waitAt] = process.argv.slice(2);
if (mode === 'stuck') await stuck();
// 23 examples in batches of 5: neither the checkpoints nor the evaluations fall on the ends of epochs.
else await runInFolder(path!, waitAt, smallRun({ maxSteps: 80, evalFreq: 7, checkpointFreq: 5 }), ['weights']);
