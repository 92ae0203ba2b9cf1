import {
  type EngineFamily,
  type EngineName,
  type EngineRecord,
  engineNames,
  restartEngine,
  type StartedEngine,
  startEngine,
  type TrainableNetworks,
} from '@cifarlab/engines';
import type { Network } from '../networks/network.js';
import { named, sentence } from '../settings/sentence.js';
import { RunError } from './run-error.js';

/** Choice of an engine. */
export interface EngineChoice {
  /** The engine's name. Default: the one the run was made with; for a new run, and for one that is used, `auto`, the fastest here. */
  name?: EngineName | 'auto' | undefined;
  /** Threads to compute with. Default: those that the run was made with, else as many as the engine chooses. */
  threads?: number | undefined;
}

/** Networks that each family computes. */
const families: Record<EngineFamily, string> = {
  'tensorflow.js': 'networks in TensorFlow.js',
  ndarray: 'networks on ndarrays',
};

/**
 * Starts what trains a network.
 *
 * @param recorded what the run was made with, to go on with the same.
 * @throws RunError, `no-such-engine`, for an engine that does not train it; EngineError when it does not work here.
 */
export async function startTraining(
  network: Network,
  choice: EngineChoice,
  recorded?: EngineRecord,
): Promise<StartedEngine> {
  const request = requestOf(network, choice, network.needs);
  return recorded === undefined ? startEngine(request) : restartEngine(recorded, request);
}

/**
 * Starts what computes a trained network.
 *
 * @throws as `startTraining`.
 */
export async function startUsing(network: Network, choice: EngineChoice): Promise<StartedEngine> {
  // Values are read without waiting, which is all that such engines are told apart by here.
  return startEngine(requestOf(network, choice, 'dense'));
}

function requestOf(
  { engine: family, name: network }: Network,
  { name, threads }: EngineChoice,
  trains: TrainableNetworks,
) {
  const suited: readonly string[] = engineNames(family, { trains });
  if (name !== undefined && name !== 'auto' && !suited.includes(name)) {
    const other = Object.entries(families).find(
      ([other]) => other !== family && (engineNames(other as EngineFamily) as readonly string[]).includes(name),
    );
    const isOwn = (engineNames(family) as readonly string[]).includes(name);
    throw new RunError({
      code: 'no-such-engine',
      rule:
        isOwn || other === undefined
          ? sentence`${named('engine', name)} does not compute ${network}`
          : sentence`${named('engine', name)} is for ${other[1]}, and this one is ${network}`,
      remedy: `use one of auto, ${suited.join(', ')}`,
    });
  }
  return { family, engine: name as never, threads };
}
