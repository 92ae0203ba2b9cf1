import {
  type AnyNetwork,
  changesAtResume,
  checkSettings,
  type NetworkName,
  scheduleLength,
  type TrainingSettings,
} from '@cifarlab/experiment';
import type { TrainingState } from '@cifarlab/trainer';
import { CheckpointError, loadCheckpoint } from '@cifarlab/trainer/node';
import { CliError, UsageError } from '../errors.js';
import { openRunFolder, type RunChange, type RunConfig, type RunFiles } from '../run-folder.js';
import { type ResumeFlags, resumeCommand } from './resume-command.js';
import type { EarlierRun, Run } from './run.js';

/**
 * Opens an earlier run to continue it. Its settings come from its own `config.json`; only how long to train, and over
 * which steps the schedule goes, may change. Whoever calls holds the run's lock.
 *
 * @param settings those that the command line says itself.
 * @param given names of the flags that were on the command line.
 * @throws SettingError when the command line contradicts the run; UsageError for a run of another network, or when it has
 *   done more steps than it is to have; CliError when there is nothing to continue from.
 */
export async function continueRun<Settings extends TrainingSettings>(
  path: string,
  network: AnyNetwork & { name: NetworkName },
  settings: Partial<TrainingSettings>,
  given: ReadonlySet<string>,
  { out, ...flags }: ResumeFlags & { out?: string },
): Promise<Run<Settings> & { earlier: EarlierRun }> {
  const { folder, config } = await openRunFolder(path);
  const model = network.name;
  if (config.model !== model) {
    const command = resumeCommand(config.model, path, { ...flags, resume: undefined }, given);
    throw new UsageError(`${path} is a ${config.model} run; use: ${command}`);
  }
  if (out !== undefined) {
    throw new UsageError(`--out ${out} does not go with --resume; the run stays in its folder`);
  }
  const recorded = config.settings as Settings;
  const changes = changesAtResume(network, recorded, settings);
  const changed = Object.fromEntries(Object.entries(changes).map(([name, { after }]) => [name, after]));
  const continued: Settings = { ...recorded, ...changed };
  const resumeFrom = await lastState(folder);
  requireSteps(path, continued.maxSteps, resumeFrom.step, given.has('maxSteps'));
  checkSettings(network, continued);
  const isChanged = Object.keys(changed).length > 0;
  return {
    model,
    settings: continued,
    folder,
    warnings: lengthWarnings(recorded, continued, resumeFrom.step),
    earlier: {
      config: isChanged ? withChange(config, changed, changes, resumeFrom.step) : config,
      isChanged,
      resumeFrom,
    },
    wrote() {},
    async discard() {},
    async release() {},
  };
}

/** @throws UsageError when the run has done more steps than it is to have. */
function requireSteps(path: string, maxSteps: number, done: number, isGiven: boolean): void {
  if (maxSteps >= done) return;
  throw new UsageError(
    isGiven
      ? `--max-steps ${maxSteps} is less than the ${done} steps that ${path} has done`
      : `${path} has done ${done} steps, more than the ${maxSteps} that its config.json records; say with --max-steps how far to train`,
  );
}

function withChange(config: RunConfig, changed: object, settings: RunChange['settings'], step: number): RunConfig {
  const change = { time: new Date().toISOString(), step, settings };
  return {
    ...config,
    settings: { ...config.settings, ...changed },
    changes: [...(config.changes ?? []), change],
  };
}

/** Of a schedule that spans the run, whose length is another one now. */
function lengthWarnings(before: TrainingSettings, after: TrainingSettings, step: number): string[] {
  const { schedule } = after;
  if (schedule === 'constant' || scheduleLength(before) === scheduleLength(after)) return [];
  const [was, is] = [scheduleLength(before), scheduleLength(after)];
  return [
    `warning: --schedule ${schedule} spans ${is} steps now, and spanned ${was} for the ${step} steps that are done: the ` +
      `learning rate jumps there, and the numbers are not those of an unbroken run of ${is} steps; --schedule-steps ` +
      `${was} keeps the schedule as it was`,
  ];
}

async function lastState({ path, last }: RunFiles): Promise<TrainingState> {
  try {
    const { training } = await loadCheckpoint(last);
    if (training) return training;
  } catch (error) {
    if (!(error instanceof CheckpointError && error.code === 'missing')) throw error;
  }
  throw new CliError(
    `${path} stopped before its first checkpoint, so there is nothing to go on from; start a new run in another folder`,
  );
}
