import type { TrainingState } from '@cifarlab/trainer';
import { CheckpointError, loadCheckpoint } from '@cifarlab/trainer/node';
import type { RunConfig } from '../records/run-config.js';
import { scheduleLength } from '../settings/schedule.js';
import { named, sentence } from '../settings/sentence.js';
import { SettingError } from '../settings/setting-error.js';
import type { TrainingSettings } from '../settings/training-settings.js';
import type { WarningEvent } from './events.js';
import type { Run } from './run.js';
import { RunError } from './run-error.js';
import type { RunFiles } from './run-files.js';
import type { RecordedFolder } from './run-folder.js';

/** Settings that may change when a run is continued. */
const changeable: readonly string[] = ['maxSteps', 'scheduleSteps'] satisfies (keyof TrainingSettings)[];

/** Settings that the record of an early run lacks. */
const beforeThereWasAChoice = { preset: 'course', flip: false, crop: 0, cutout: 0, test: true, scheduleSteps: null };

/**
 * Makes an earlier run ready to be continued. Its settings come from its own `config.json`; only how long to train, and
 * over which steps the schedule goes, may change. Whoever calls holds the run's lock.
 *
 * @param wanted the settings that are asked for; those that are as recorded are no change.
 * @throws SettingError when they contradict the run; RunError, `nothing-saved` or `steps-done`, when there is nothing to
 *   continue from or to.
 */
export async function continueRun(
  { folder, config, network }: RecordedFolder,
  wanted: Readonly<Record<string, unknown>>,
): Promise<Omit<Run, 'release'>> {
  const recorded = { scheduleSteps: null, ...config.settings };
  refuseChanges(wanted, recorded);
  const changed = Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) => changeable.includes(name) && value !== recorded[name as keyof TrainingSettings],
    ),
  );
  const settings: TrainingSettings = { ...recorded, ...changed };
  const resumeFrom = await lastState(folder);
  requireSteps(folder.path, settings.maxSteps, resumeFrom.step, 'maxSteps' in wanted);
  const isChanged = Object.keys(changed).length > 0;
  return {
    network,
    settings,
    folder,
    warnings: lengthWarnings(recorded, settings, resumeFrom.step),
    earlier: {
      config: isChanged ? withChange(config, recorded, changed, resumeFrom.step) : config,
      isChanged,
      resumeFrom,
    },
    wrote() {},
    async discard() {},
  };
}

/** @throws SettingError or RunError when the run has done more steps than it is to have. */
function requireSteps(path: string, maxSteps: number, done: number, isGiven: boolean): void {
  if (maxSteps >= done) return;
  if (isGiven) {
    throw new SettingError({
      setting: 'maxSteps',
      value: maxSteps,
      rule: `is less than the ${done} steps that ${path} has done`,
      remedy: 'give more, or start a new run',
    });
  }
  throw new RunError({
    code: 'steps-done',
    place: path,
    rule: `has done ${done} steps, more than the ${maxSteps} that its config.json records`,
    remedy: sentence`say with ${named('maxSteps')} how far to train`,
  });
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
function lengthWarnings(before: TrainingSettings, after: TrainingSettings, step: number): WarningEvent[] {
  const { schedule } = after;
  if (schedule === 'constant' || scheduleLength(before) === scheduleLength(after)) return [];
  const [was, is] = [scheduleLength(before), scheduleLength(after)];
  const message = sentence`${named('schedule', schedule)} spans ${is} steps now, and spanned ${was} for the ${step} steps that are done: the learning rate jumps there, and the numbers are not those of an unbroken run of ${is} steps; ${named('scheduleSteps', was)} keeps the schedule as it was`;
  return [{ type: 'warning', code: 'schedule-length', message }];
}

function refuseChanges(wanted: Readonly<Record<string, unknown>>, recorded: object): void {
  const all: Record<string, unknown> = { ...beforeThereWasAChoice, ...recorded };
  for (const [name, value] of Object.entries(wanted)) {
    if (changeable.includes(name) || String(all[name]) === String(value)) continue;
    throw new SettingError({
      setting: name,
      value,
      rule: `differs from the run's ${all[name]}`,
      remedy: 'leave it out, or start a new run',
    });
  }
}

async function lastState({ path, last }: RunFiles): Promise<TrainingState> {
  try {
    const { training } = await loadCheckpoint(last);
    if (training) return training;
  } catch (error) {
    if (!(error instanceof CheckpointError && error.code === 'missing')) throw error;
  }
  throw new RunError({
    code: 'nothing-saved',
    place: path,
    rule: 'stopped before its first checkpoint, so there is nothing to go on from',
    remedy: 'start a new run in another folder',
  });
}
