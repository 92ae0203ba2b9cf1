import type { TrainingState } from '@cifarlab/trainer';
import { CheckpointError, loadCheckpoint } from '@cifarlab/trainer/node';
import { CliError, UsageError } from '../errors.js';
import { type ModelName, openRunFolder, type RunConfig, type RunFiles } from '../run-folder.js';
import type { Run } from './run.js';
import type { TrainingSettings } from './training-settings.js';

/**
 * Opens an earlier run to go on with it. Its settings come from its own `config.json`; only how long to train may
 * change.
 *
 * @param settings what the command line says.
 * @param given names of the settings that it says itself, rather than by default.
 * @throws UsageError when the command line contradicts the run; CliError when there is nothing to go on from.
 */
export async function continueRun<Settings extends TrainingSettings>(
  path: string,
  model: ModelName,
  settings: Settings,
  given: ReadonlySet<string>,
  { out }: { out?: string },
): Promise<Run<Settings> & { madeWith: RunConfig['engine'] }> {
  const { folder, config } = await openRunFolder(path);
  if (config.model !== model) {
    throw new UsageError(`${path} is a ${config.model} run; use: cifarlab train ${config.model} --resume ${path}`);
  }
  if (out !== undefined) {
    throw new UsageError(`--out ${out} does not go with --resume; the run stays in its folder`);
  }
  const recorded = config.settings as Settings;
  refuseChanges(settings, recorded, given);
  const maxSteps = given.has('maxSteps') ? settings.maxSteps : recorded.maxSteps;
  const resumeFrom = await lastState(folder);
  if (maxSteps < resumeFrom.step) {
    throw new UsageError(`--max-steps ${maxSteps} is less than the ${resumeFrom.step} steps that ${path} has done`);
  }
  const { engine: madeWith, data } = config;
  const classNames = data?.classNames;
  return {
    model,
    settings: { ...recorded, maxSteps },
    folder,
    madeWith,
    classNames,
    resumeFrom,
    discard: async () => {},
  };
}

/** Settings that the record of an early run lacks. */
const beforeThereWasAChoice: Partial<TrainingSettings> = { flip: false, crop: 0, cutout: 0, test: true };

function refuseChanges<Settings extends object>(wanted: Settings, recorded: Settings, given: ReadonlySet<string>) {
  const all = { ...beforeThereWasAChoice, ...recorded };
  for (const [name, value] of Object.entries(wanted)) {
    const before = all[name as keyof Settings];
    if (!given.has(name) || name === 'maxSteps' || String(before) === String(value)) continue;
    throw new UsageError(`${flagOf(name, value)} differs from the run's ${before}; leave it out, or start a new run`);
  }
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
  throw new CliError(`${path} stopped before its first checkpoint, so there is nothing to go on from; start a new run`);
}
