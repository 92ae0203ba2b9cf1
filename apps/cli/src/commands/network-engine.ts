import { type EngineFamily, type EngineName, engineNames } from '@cifarlab/engines';
import type { Command } from 'commander';
import { UsageError } from '../errors.js';
import type { ModelName } from '../run-folder.js';
import { type EngineFlags, startFromFlags } from './engine.js';
import { engineNotes } from './engine-notes.js';
import { addEngineOptions } from './engine-options.js';

/** What the command line says about the engine of a trained network. */
export type NetworkFlags = EngineFlags;

/** The flags that choose what a trained network computes with. */
export function addNetworkEngineOptions(command: Command): void {
  addEngineOptions(command, engineNames('tensorflow.js', { trains: 'dense' }));
}

/**
 * Starts what a trained network computes with.
 *
 * @returns lines for stderr that say what it is.
 * @throws UsageError when the flags fit neither each other nor the network; CliError when the backend is not available
 *   here.
 */
export async function startForNetwork(model: ModelName, flags: NetworkFlags): Promise<string[]> {
  const family: EngineFamily = model === 'mlp-ndarray' ? 'ndarray' : 'tensorflow.js';
  const names: readonly EngineName[] = engineNames(family);
  if (flags.backend !== 'auto' && !names.includes(flags.backend)) {
    throw new UsageError(
      `--backend ${flags.backend} is for networks in TensorFlow.js, and this one is ${model}; ` +
        `use one of auto, ${names.join(', ')}`,
    );
  }
  return engineNotes(await startFromFlags(family, flags), undefined, flags);
}
