import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fit, progress, type TrainingState, type TrainOptions } from '../../src/index.js';
import { acquireLockFrom } from '../../src/node/lock.js';
import { thisPlace } from '../../src/node/lock-place.js';
import {
  type HeldLock,
  loadCheckpoint,
  MetricsFile,
  recordRun,
  removeUnfinished,
  runFolder,
  withInterrupt,
} from '../../src/node.js';

/**
 * Trains, and keeps the run in a folder; continues if there is a checkpoint, and waits after the given step to be
 * stopped.
 *
 * @param model the learner's arrays that using the model takes.
 */
export async function runInFolder<Batch>(
  path: string,
  waitAt: string | undefined,
  options: TrainOptions<Batch>,
  model: readonly string[],
): Promise<void> {
  const folder = runFolder(path);
  await mkdir(path, { recursive: true });
  const lock = await lockAsHost(folder.lock);
  await removeUnfinished(folder);
  let resumeFrom: TrainingState | undefined;
  if (existsSync(join(folder.last, 'state.json'))) resumeFrom = (await loadCheckpoint(folder.last)).training!;
  if (resumeFrom === undefined) await rm(folder.metrics, { force: true });
  const metrics = await (resumeFrom
    ? MetricsFile.resume(folder.metrics, resumeFrom)
    : MetricsFile.create(folder.metrics));

  const history = await withInterrupt((signal) =>
    fit({
      ...options,
      signal,
      resumeFrom,
      callbacks: [
        recordRun({
          folder,
          metrics,
          ...(lock && { lock }),
          describe: ({ learner }) => ({
            model: Object.fromEntries(model.map((name) => [name, learner.arrays[name]!])),
            values: {},
          }),
        }),
        // Slow enough to be met anywhere, and never done before it is.
        progress(async ({ step }) => {
          await sleep(2);
          while (step === Number(waitAt) && !signal.aborted) {
            await sleep(1);
            await lock?.check();
          }
        }),
      ],
    }),
  ).finally(async () => {
    await metrics.close();
    await lock?.release();
  });
  console.log(history.stop.message);
  if (history.stop.reason === 'aborted') process.exitCode = 130;
}

/** Takes the run's lock as a process of another machine would, where the environment names one. */
async function lockAsHost(file: string): Promise<HeldLock | undefined> {
  const { TEST_HOST: host, TEST_LEASE, TEST_CLOCK_MS = '0' } = process.env;
  if (host === undefined) return undefined;
  const now = Date.now;
  Date.now = () => now() + Number(TEST_CLOCK_MS);
  const place = { ...thisPlace(), host, machine: host, wallNow: Date.now };
  return acquireLockFrom(place, file, { leaseSeconds: Number(TEST_LEASE), command: `training on ${host}` });
}
