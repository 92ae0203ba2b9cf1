import { claimRun } from '../claim-run.js';
import type { ModelName } from '../run-folder.js';
import type { Run } from './run.js';
import type { TrainingSettings } from './training-settings.js';

/**
 * Claims the folder of a new run.
 *
 * @throws UsageError when the folder holds something already; CliError when another process holds it.
 */
export async function beginRun<Settings extends TrainingSettings>(
  model: ModelName,
  settings: Settings,
  flags: { out?: string },
): Promise<Run<Settings>> {
  const claim = await claimRun(model, flags);
  return { model, settings, ...claim, warnings: [] };
}
