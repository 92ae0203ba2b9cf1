import { type EngineName, engineNames } from '@cifarlab/engines';
import type { EngineChoice, Network } from '@cifarlab/experiment';
import type { Command } from 'commander';
import { ownCommandLine } from '../words/own-command.js';
import { choice } from './options.js';
import { threadCount } from './values.js';

/** Flags of the command line that choose the engine. */
export interface EngineFlags {
  backend: EngineName | 'auto';
  threads?: number;
}

/** Returns the choice of engine that the flags make. */
export function engineChoice({ backend, threads }: EngineFlags): EngineChoice {
  return { name: backend, threads };
}

/** Returns the names of the engines that train a network. */
export function backendsOf({ engine, needs }: Network): readonly EngineName[] {
  return engineNames(engine, { trains: needs });
}

/** Adds the flags that choose the engine of a trained network, whichever it is. */
export function addNetworkEngineOptions(command: Command): void {
  addEngineOptions(command, engineNames('tensorflow.js', { trains: 'dense' }));
}

/** Adds the flags that choose the engine. */
export function addEngineOptions(command: Command, backends: readonly string[]): void {
  command
    .addOption(
      choice('--backend <name>', `what computes; see \`${ownCommandLine('backends')}\``, ['auto', ...backends], 'auto'),
    )
    .option('--threads <n>', 'threads to compute with (default: as many as there are cores)', threadCount);
}
