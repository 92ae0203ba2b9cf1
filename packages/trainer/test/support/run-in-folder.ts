import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fit, progress, type TrainingState, type TrainOptions } from '../../src/index.js';
import { loadCheckpoint, MetricsFile, recordRun, runFolder, withInterrupt } from '../../src/node.js';

/**
 * Trains, and keeps the run in a folder; goes on when there is a checkpoint, and waits after the given step to be stopped.
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
  let resumeFrom: TrainingState | undefined;
  if (existsSync(join(folder.last, 'state.json'))) resumeFrom = (await loadCheckpoint(folder.last)).training!;
  await mkdir(path, { recursive: true });
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
          describe: ({ learner }) => ({
            model: Object.fromEntries(model.map((name) => [name, learner.arrays[name]!])),
            values: {},
          }),
        }),
        // Slow enough to be met anywhere, and never done before it is.
        progress(async ({ step }) => {
          await sleep(2);
          while (step === Number(waitAt) && !signal.aborted) await sleep(1);
        }),
      ],
    }),
  ).finally(() => metrics.close());
  console.log(history.stop.message);
  if (history.stop.reason === 'aborted') process.exitCode = 130;
}
