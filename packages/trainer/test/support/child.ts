// A program of its own, so that tests can kill it: `child run FOLDER [STEP]` trains a small network, resumes when there
// is a checkpoint, and waits after the given step to be stopped; `child stuck` never ends by itself.
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fit, progress, type TrainingState } from '../../src/index.js';
import { loadCheckpoint, MetricsFile, recordRun, runFolder, withInterrupt } from '../../src/node.js';
import { smallRun } from './run.js';

async function run(path: string, waitAt: number): Promise<void> {
  const folder = runFolder(path);
  let resumeFrom: TrainingState | undefined;
  if (existsSync(join(folder.last, 'state.json'))) resumeFrom = (await loadCheckpoint(folder.last)).training!;
  await mkdir(path, { recursive: true });
  if (resumeFrom === undefined) await rm(folder.metrics, { force: true });
  const metrics = await (resumeFrom
    ? MetricsFile.resume(folder.metrics, resumeFrom)
    : MetricsFile.create(folder.metrics));

  const history = await withInterrupt((signal) =>
    fit({
      // 23 examples in batches of 5: neither the checkpoints nor the evaluations fall on the ends of epochs.
      ...smallRun({ maxSteps: 80, evalFreq: 7, checkpointFreq: 5, signal, resumeFrom }),
      callbacks: [
        recordRun({
          folder,
          metrics,
          describe: ({ learner }) => ({ model: { weights: learner.arrays.weights! }, values: {} }),
        }),
        // Slow enough to be met anywhere, and never done before it is.
        progress(async ({ step }) => {
          await sleep(2);
          while (step === waitAt && !signal.aborted) await sleep(1);
        }),
      ],
    }),
  ).finally(() => metrics.close());
  console.log(history.stop.message);
  if (history.stop.reason === 'aborted') process.exitCode = 130;
}

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
await (mode === 'run' ? run(path!, Number(waitAt ?? Infinity)) : stuck());
