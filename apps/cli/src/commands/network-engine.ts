import type { Command } from 'commander';
import { ndarrayBackends, trainingBackends } from '../backends/backend.js';
import { UsageError } from '../errors.js';
import type { ModelName } from '../run-folder.js';
import { engineNotes } from '../train/engine-notes.js';
import { engineOfNewRun } from '../train/mlp-ndarray-engine.js';
import { addEngineOptions, type TensorflowFlags } from './engine-options.js';

/** What the command line says about the engine of a trained network. */
export type NetworkFlags = TensorflowFlags;

/** The flags that choose what a trained network computes with. */
export function addNetworkEngineOptions(command: Command): void {
  addEngineOptions(command, trainingBackends);
}

/**
 * Starts what a trained network computes with.
 *
 * @returns lines for stderr that say what it is.
 * @throws UsageError when the flags fit neither each other nor the network; CliError when the backend is not available
 *   here.
 */
export async function startForNetwork(model: ModelName, flags: NetworkFlags): Promise<string[]> {
  if (model !== 'mlp-ndarray') {
    const { startEngine } = await import('../train/tensorflow-engine.js');
    return engineNotes(await startEngine(flags), undefined, flags);
  }
  const backend = (['auto', ...ndarrayBackends] as const).find((name) => name === flags.backend);
  if (backend === undefined) {
    throw new UsageError(
      `--backend ${flags.backend} is for networks in TensorFlow.js, and this one is ${model}; ` +
        `use one of auto, ${ndarrayBackends.join(', ')}`,
    );
  }
  return engineNotes(engineOfNewRun({ ...flags, backend }), undefined, flags);
}
