import { join } from 'node:path';
import type { RecordedRun } from '../report/curves.js';
import { eventFolders } from './event-folders.js';

/**
 * Writes recorded runs for TensorBoard, each to a folder of its own in `folder`: its hyperparameters, every number of its
 * `metrics.jsonl`, and its first layer as an image, where it is one. What is there already is not written again.
 *
 * @returns the event files, in the order of the runs.
 * @throws RunError: `not-writable`, `in-use`, or `other-events` when a folder holds the events of something else;
 *   EventFileError when writing fails; as `iterateMetrics`.
 */
export async function writeEventFiles(runs: readonly RecordedRun[], folder: string): Promise<string[]> {
  const names = eventFolders(runs.map((run) => run.folder.path));
  const files: string[] = [];
  for (const [i, run] of runs.entries()) files.push(await writeRun(run, join(folder, names[i]!)));
  return files;
}

async function writeRun(run: RecordedRun, place: string): Promise<string> {
  // It takes its time to load, and most reports go without it.
  const { EventLog } = await import('./event-log.js');
  const log = await EventLog.open(place, { started: run.config.started });
  let isWritten = false;
  try {
    await log.catchUp(run);
    await log.firstLayer(run);
    if (run.result !== undefined) await log.end(run.result.stop);
    isWritten = true;
  } finally {
    await log.close();
    if (!isWritten) await log.discard();
  }
  return log.file;
}
