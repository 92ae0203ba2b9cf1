import type { TrainingSettings } from '@cifarlab/experiment';
import { claimRun } from '../claim-run.js';
import type { ModelName } from '../run-folder.js';
import { type ResumeFlags, resumeCommand } from './resume-command.js';
import type { Run } from './run.js';

/**
 * Claims the folder of a new run.
 *
 * @param given names of the flags that were on the command line.
 * @throws UsageError when the folder holds something already; CliError when another process holds it.
 */
export async function beginRun<Settings extends TrainingSettings>(
  model: ModelName,
  settings: Settings,
  flags: ResumeFlags & { out?: string },
  given: ReadonlySet<string>,
): Promise<Run<Settings>> {
  const claim = await claimRun(model, flags.out, (other, path) => resumeCommand(other, path, flags, given));
  return { model, settings, ...claim, warnings: [] };
}
