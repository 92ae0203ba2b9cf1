import { createRunFolder, defaultRunPath, type ModelName } from '../run-folder.js';
import type { Run } from './run.js';
import type { TrainingSettings } from './training-settings.js';

/**
 * Makes the folder of a new run.
 *
 * @throws UsageError when the folder holds something already.
 */
export async function beginRun<Settings extends TrainingSettings>(
  model: ModelName,
  settings: Settings,
  { out }: { out?: string },
): Promise<Run<Settings>> {
  const created = await createRunFolder(out ?? defaultRunPath(model, new Date()));
  return { model, settings, ...created, madeWith: undefined, classNames: undefined, resumeFrom: undefined };
}
