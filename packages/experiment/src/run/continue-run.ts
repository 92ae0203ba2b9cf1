import type { TrainingState } from '@cifarlab/trainer';
import { CheckpointError, loadCheckpoint } from '@cifarlab/trainer/node';
import type { Network } from '../networks/network.js';
import { changesAtResume } from '../settings/changes-at-resume.js';
import type { GivenSettings, TrainingSettings } from '../settings/network-settings.js';
import { scheduleLength } from '../settings/schedule.js';
import { named, sentence } from '../settings/sentence.js';
import { SettingError } from '../settings/setting-error.js';
import type { WarningEvent } from './events.js';
import type { EarlierRun, Run } from './run.js';
import { RunError } from './run-error.js';
import type { RunFiles } from './run-files.js';
import type { RecordedFolder } from './run-folder.js';
import { storedNetwork } from './saved-network.js';

/**
 * Makes an earlier run ready to be continued. Its settings come from its own `config.json`; only how long to train, and
 * over which steps the schedule goes, may change. Whoever calls holds the run's lock.
 *
 * @param wanted the settings that are asked for; those that are as recorded do not count as changes.
 * @throws SettingError when they contradict the run; RunError, `nothing-saved` or `steps-done`, when there is nothing to
 *   continue from or to.
 */
export async function continueRun(
  { folder, config, network }: RecordedFolder,
  wanted: GivenSettings<Network>,
): Promise<Omit<Run, 'lock'>> {
  const recorded = config.settings;
  const changes = changesAtResume(network, recorded, wanted);
  const after = Object.fromEntries(Object.entries(changes).map(([name, change]) => [name, change.after]));
  const settings: TrainingSettings = { ...recorded, ...after };
  const { training: resumeFrom, saved } = await lastCheckpoint(folder, network);
  const { step } = resumeFrom;
  requireSteps(folder.path, settings.maxSteps, step, wanted.maxSteps !== undefined);
  const isChanged = Object.keys(changes).length > 0;
  const change = { time: new Date().toISOString(), step, settings: changes };
  return {
    network,
    settings,
    folder,
    warnings: lengthWarnings(recorded, settings, step),
    earlier: {
      config: isChanged ? { ...config, settings, changes: [...(config.changes ?? []), change] } : config,
      resumeFrom,
      saved,
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

/** Warns of a schedule that spans the run, and now has another length. */
function lengthWarnings(before: TrainingSettings, after: TrainingSettings, step: number): WarningEvent[] {
  const { schedule } = after;
  if (schedule === 'constant' || scheduleLength(before) === scheduleLength(after)) return [];
  const [was, is] = [scheduleLength(before), scheduleLength(after)];
  const message = sentence`${named('schedule', schedule)} spans ${is} steps now, and spanned ${was} for the ${step} steps that are done: the learning rate jumps there, and the numbers are not those of an unbroken run of ${is} steps; ${named('scheduleSteps', was)} keeps the schedule as it was`;
  return [{ type: 'warning', code: 'schedule-length', message }];
}

async function lastCheckpoint(
  { path, last }: RunFiles,
  network: Network,
): Promise<Pick<EarlierRun, 'saved'> & { training: TrainingState }> {
  try {
    const { training, ...stored } = await loadCheckpoint(last);
    if (training) return { training, saved: () => storedNetwork(stored, last, [network]) };
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
