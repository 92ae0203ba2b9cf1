import type { Network } from '../networks/network.js';
import { networks as builtInNetworks } from '../networks/registry.js';
import type { GivenSettings } from '../settings/network-settings.js';
import { settingsOf } from '../settings/settings-of.js';
import { type Claim, claimRun } from './claim-run.js';
import { startTraining } from './engine.js';
import type { RunEnd, RunEvent } from './events.js';
import type { TrainingOptions } from './options.js';
import { RunError } from './run-error.js';
import { runFiles } from './run-files.js';
import { findRun } from './run-folder.js';
import { lockOptions, takeTelling } from './run-lock.js';
import { type RunStream, runStream } from './run-stream.js';
import { checkMemory } from './step-memory.js';
import { interrupted, trainInFolder } from './train-in-folder.js';

/** Options of {@link trainRun}. */
export interface TrainRunOptions<N extends Network = Network> extends TrainingOptions {
  /** The network to train, or the name of one of `networks`. */
  network: N | string;
  /** Settings of its training. Those left out come from the preset that is given, else from the practical. */
  settings?: GivenSettings<N> | undefined;
  /** Folder of the run, which must be empty or not be there yet. Default: `runs/<time>-<network>`. */
  out?: string | undefined;
}

/**
 * Trains a network in a folder of its own, from where it can be continued, evaluated and used.
 *
 * The events, or the result, throw: SettingError for settings that break a rule or contradict each other; RunError for a
 * folder that is in use or not empty, for an unknown network, for images that are not those of the run; EngineError,
 * Cifar10Error where engine or images are not available; CheckpointError, MetricsError and system errors where files
 * cannot be written. A loss that is not finite is not an error: the result says so.
 *
 * @returns the run's events, with its result; nothing is done before they are asked for.
 */
export function trainRun<const N extends Network>(options: TrainRunOptions<N>): RunStream {
  return runStream(newRun(options));
}

async function* newRun<N extends Network>({
  network: wanted,
  settings: given,
  out,
  ...options
}: TrainRunOptions<N>): AsyncGenerator<RunEvent, RunEnd, undefined> {
  const { networks = builtInNetworks, engine: choice = {}, signal } = options;
  const network = typeof wanted === 'string' ? networkOf(networks, wanted) : wanted;
  const settings = settingsOf(network, given);
  const engine = await startTraining(network, choice);
  const bytes = await checkMemory(network, settings, engine);
  let claim: Claim;
  try {
    claim = yield* takeTelling(
      (onWatch) => {
        const findRunIn = (path: string) => findRun(path, [...networks, network]);
        return claimRun(network.name, out, { ...lockOptions(options), onWatch, findRun: findRunIn });
      },
      ({ discard }) => discard(),
    );
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
    const message = 'Stopped on request before the folder was free.';
    return yield* interrupted(network.name, runFiles(out ?? 'runs'), { isKept: false, step: 0, message, seconds: 0 });
  }
  const run = { ...claim, network, settings, warnings: [], earlier: undefined };
  return yield* trainInFolder(run, { engine, choice, bytes }, options);
}

function networkOf(networks: readonly Network[], wanted: string): Network {
  const network = networks.find(({ name }) => name === wanted);
  if (network !== undefined) return network;
  throw new RunError({
    code: 'unknown-network',
    rule: `there is no network ${JSON.stringify(wanted)}`,
    remedy: `use one of ${networks.map(({ name }) => name).join(', ')}`,
  });
}
