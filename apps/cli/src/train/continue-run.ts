import type { TrainingSettings } from '@cifarlab/experiment';
import { scheduleLength } from '@cifarlab/experiment';
import type { TrainingState } from '@cifarlab/trainer';
import { CheckpointError, loadCheckpoint } from '@cifarlab/trainer/node';
import { CliError, UsageError } from '../errors.js';
import { type ModelName, openRunFolder, type RunConfig, type RunFiles } from '../run-folder.js';
import { type ResumeFlags, resumeCommand } from './resume-command.js';
import type { EarlierRun, Run } from './run.js';

/** Settings that may change when a run is continued. */
const changeable = ['maxSteps', 'scheduleSteps'] as const;

/**
 * Opens an earlier run to continue it. Its settings come from its own `config.json`; only how long to train, and over
 * which steps the schedule goes, may change. Whoever calls holds the run's lock.
 *
 * @param settings what the command line says.
 * @param given names of the settings that it says itself, rather than by default.
 * @throws UsageError when the command line contradicts the run; CliError when there is nothing to continue from.
 */
export async function continueRun<Settings extends TrainingSettings>(
  path: string,
  model: ModelName,
  settings: Settings,
  given: ReadonlySet<string>,
  { out, ...flags }: ResumeFlags & { out?: string },
): Promise<Run<Settings> & { earlier: EarlierRun }> {
  const { folder, config } = await openRunFolder(path);
  if (config.model !== model) {
    const command = resumeCommand(config.model, path, { ...flags, resume: undefined }, given);
    throw new UsageError(`${path} is a ${config.model} run; use: ${command}`);
  }
  if (out !== undefined) {
    throw new UsageError(`--out ${out} does not go with --resume; the run stays in its folder`);
  }
  const recorded = { scheduleSteps: null, ...(config.settings as Settings) };
  refuseChanges(settings, recorded, given);
  const changed = Object.fromEntries(
    changeable
      .filter((name) => given.has(name) && settings[name] !== recorded[name])
      .map((name) => [name, settings[name]]),
  );
  const continued: Settings = { ...recorded, ...changed };
  const resumeFrom = await lastState(folder);
  requireSteps(path, continued.maxSteps, resumeFrom.step, given.has('maxSteps'));
  const isChanged = Object.keys(changed).length > 0;
  return {
    model,
    settings: continued,
    folder,
    warnings: lengthWarnings(recorded, continued, resumeFrom.step),
    earlier: {
      config: isChanged ? withChange(config, recorded, changed, resumeFrom.step) : config,
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

function withChange(config: RunConfig, recorded: TrainingSettings, changed: object, step: number): RunConfig {
  const settings = Object.fromEntries(
    Object.entries(changed).map(([name, after]) => [name, { before: recorded[name as keyof TrainingSettings], after }]),
  );
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

/** Settings that the record of an early run lacks. */
const beforeThereWasAChoice = { preset: 'course', flip: false, crop: 0, cutout: 0, test: true, scheduleSteps: null };

function refuseChanges<Settings extends object>(wanted: Settings, recorded: Settings, given: ReadonlySet<string>) {
  const all = { ...beforeThereWasAChoice, ...recorded };
  for (const [name, value] of Object.entries(wanted)) {
    const before = all[name as keyof Settings];
    if (!given.has(name) || isChangeable(name) || String(before) === String(value)) continue;
    throw new UsageError(`${flagOf(name, value)} differs from the run's ${before}; leave it out, or start a new run`);
  }
}

function isChangeable(name: string): boolean {
  return (changeable as readonly string[]).includes(name);
}

function flagOf(name: string, value: unknown): string {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (typeof value === 'boolean') return value ? `--${flag}` : `--no-${flag}`;
  return `--${flag} ${value}`;
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
