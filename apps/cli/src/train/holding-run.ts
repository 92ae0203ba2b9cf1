import { type ModelName, openRunFolder } from '../run-folder.js';
import { withRunLock } from '../run-lock.js';

/**
 * Does what reads and continues an earlier run while no other process does; a new run takes the lock of its folder as it
 * makes it.
 *
 * @throws CliError when the folder is not a run, or another process holds it.
 */
export async function holdingRun<T>(
  model: ModelName,
  { resume }: { resume?: string },
  work: () => Promise<T>,
): Promise<T> {
  if (resume === undefined) return work();
  await openRunFolder(resume);
  return withRunLock(resume, { command: `cifarlab train ${model} --resume` }, work);
}
