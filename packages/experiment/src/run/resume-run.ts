import { type HeldLock, removeUnfinished } from '@cifarlab/trainer/node';
import type { Network } from '../networks/network.js';
import { networks as builtInNetworks } from '../networks/registry.js';
import type { GivenSettings } from '../settings/network-settings.js';
import { checkSettings } from '../settings/settings-of.js';
import { isSaved } from './claim-run.js';
import { continueRun } from './continue-run.js';
import { startTraining } from './engine.js';
import type { RunEnd, RunEvent } from './events.js';
import type { TrainingOptions } from './options.js';
import { RunError } from './run-error.js';
import { openRunFolder } from './run-folder.js';
import { lockOptions, lockRun, takeTelling } from './run-lock.js';
import { type RunStream, runStream } from './run-stream.js';
import { checkMemory } from './step-memory.js';
import { interrupted, trainInFolder } from './train-in-folder.js';

/** Options of {@link resumeRun}. */
export interface ResumeRunOptions extends TrainingOptions {
  /** The name of the network that the run must be of. Default: any. */
  network?: string | undefined;
  /**
   * Settings to go on with. Only how long to train, `maxSteps`, and how long the schedule is, `scheduleSteps`, may be
   * others than those that the run was made with.
   */
  changes?: GivenSettings<Network> | undefined;
}

/**
 * Continues a run from its last checkpoint: with the same engine and as many threads, to the same numbers, bit for bit, as
 * one that was never stopped. A run that was trained to its end goes on where `maxSteps` is larger now.
 *
 * The events, or the result, throw as those of `trainRun`, and: RunError when the folder is not that of a run, in use, or
 * has nothing to go on from; RecordError when its record cannot be understood; SettingError for a setting that may not
 * change; CheckpointError and MetricsError when its files are damaged.
 *
 * @param path the run's folder.
 * @returns the run's events, with its result; nothing is done before they are asked for.
 */
export function resumeRun(path: string, options: ResumeRunOptions = {}): RunStream {
  return runStream(continued(path, options));
}

async function* continued(
  path: string,
  { network: wanted, changes = {}, ...options }: ResumeRunOptions,
): AsyncGenerator<RunEvent, RunEnd, undefined> {
  const { networks = builtInNetworks, engine: choice = {}, signal } = options;
  // Nothing is locked in a folder that is not a run's.
  const before = await openRunFolder(path, networks);
  let lock: HeldLock;
  try {
    lock = yield* takeTelling(
      (onWatch) => lockRun(path, { ...lockOptions(options), onWatch }),
      (taken) => taken.release(),
    );
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
    const message = 'Stopped on request before the run was free.';
    return yield* interrupted(before.network.name, before.folder, { isKept: true, step: 0, message, seconds: 0 });
  }
  try {
    await removeUnfinished(before.folder);
    const recorded = await openRunFolder(path, networks);
    const { network, config, folder } = recorded;
    if (wanted !== undefined && network.name !== wanted) {
      throw new RunError({
        code: 'other-network',
        place: path,
        rule: `is a ${network.name} run, not one of ${wanted}`,
        remedy: `continue it as ${network.name}`,
        found: { network: network.name, isSaved: await isSaved(folder.last) },
      });
    }
    const run = await continueRun(recorded, changes);
    checkSettings(network, run.settings);
    const engine = await startTraining(network, choice, config.engine);
    const bytes = await checkMemory(network, run.settings, engine);
    return yield* trainInFolder({ ...run, lock }, { engine, choice, bytes }, options);
  } finally {
    await lock.release();
  }
}
