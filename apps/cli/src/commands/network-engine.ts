import type { Command } from 'commander';
import { trainingBackends } from '../backends/backend.js';
import { UsageError } from '../errors.js';
import type { ModelName } from '../run-folder.js';
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
 * @throws UsageError for a network that computes without TensorFlow.js; CliError when the backend is not to be had here.
 */
export async function startForNetwork(model: ModelName, flags: NetworkFlags): Promise<void> {
  if (model !== 'mlp-ndarray') {
    const { startEngine } = await import('../train/tensorflow-engine.js');
    await startEngine(flags);
    return;
  }
  if (flags.backend !== 'auto') {
    throw new UsageError(`--backend ${flags.backend} is for networks in TensorFlow.js; leave it out for ${model}`);
  }
}
