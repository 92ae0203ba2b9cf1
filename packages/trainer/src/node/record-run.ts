import { stat } from 'node:fs/promises';
import type { Observer } from '../callback.js';
import type { Awaitable } from '../learner.js';
import type { TrainingState } from '../state.js';
import type { Checkpoint } from './checkpoint.js';
import { CheckpointError } from './checkpoint-error.js';
import { errorCode, nodeFileSystem } from './file-system.js';
import { guardedFileSystem } from './guarded-file-system.js';
import type { HeldLock } from './held-lock.js';
import type { MetricsFile } from './metrics-file.js';
import type { RunFolder } from './run-folder.js';
import { saveCheckpoint } from './save-checkpoint.js';

/** Options of {@link recordRun}. */
export interface RecordRunOptions {
  /** The run's, made before. */
  folder: RunFolder;
  /** The open metrics file of the folder; closing it stays with the caller. */
  metrics: MetricsFile;
  /** Returns what is needed to use the model, from the state that is about to be saved. */
  describe: (state: TrainingState) => Awaitable<Omit<Checkpoint, 'training'>>;
  /** The run's, held by this process: it is checked before each write. Default: nobody else writes into the folder. */
  lock?: Pick<HeldLock, 'check'>;
}

/**
 * Keeps a run on disk: every number goes to the metrics file, and checkpoints to `checkpoints/last` and
 * `checkpoints/best` when they are offered.
 *
 * The observer throws a CheckpointError, `unwritable`, when the folder was moved or removed meanwhile; a MetricsError or
 * another CheckpointError when a file cannot be written; a LockLostError when another process has taken over the lock:
 * nothing is written from then on.
 */
export function recordRun({ folder, metrics, describe, lock }: RecordRunOptions): Observer {
  const fs = lock === undefined ? nodeFileSystem : guardedFileSystem(nodeFileSystem, lock);
  return async (event) => {
    if (event.type === 'train' || event.type === 'eval') await requireLock(lock, folder);
    await metrics.record(event);
    if (event.type !== 'checkpoint') return;
    await requireRunFolder(folder);
    const training = await event.capture();
    const checkpoint: Checkpoint = { ...(await describe(training)), training };
    await metrics.flush();
    // The best one first: a run killed in between resumes from the previous `last` and comes by here again.
    if (event.best) await saveCheckpoint(folder.best, checkpoint, { fs });
    if (event.last) await saveCheckpoint(folder.last, checkpoint, { fs });
  };
}

async function requireLock(lock: RecordRunOptions['lock'], folder: RunFolder): Promise<void> {
  try {
    await lock?.check();
  } catch (error) {
    // A folder that was moved has taken its lock along.
    await requireRunFolder(folder);
    throw error;
  }
}

/** A checkpoint would make the folder anew at its old place, without the rest of the run. */
async function requireRunFolder({ path, metrics }: RunFolder): Promise<void> {
  try {
    await stat(metrics);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    throw new CheckpointError(
      'unwritable',
      path,
      `The run's folder ${path} was moved or removed while the run was training, so nothing more can be saved in it. Continue the run from its last checkpoint, in the folder where it is now.`,
      { cause: error },
    );
  }
}
