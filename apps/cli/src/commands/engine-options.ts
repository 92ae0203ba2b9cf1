import { type Command, Option } from 'commander';
import type { TrainingBackend } from '../backends/backend.js';
import { threadCount } from '../flags.js';
import { ownCommandLine } from '../own-command.js';
import { choice } from './options.js';

/** What the command line says about what computes a network in TensorFlow.js. */
export interface TensorflowFlags {
  backend: TrainingBackend | 'auto';
  threads?: number;
}

/** The flags that choose what computes. */
export function addEngineOptions(command: Command, backends: readonly string[]): void {
  command
    .addOption(
      choice('--backend <name>', `what computes; see \`${ownCommandLine('backends')}\``, ['auto', ...backends], 'auto'),
    )
    .addOption(
      new Option('--threads <n>', 'threads to compute with (default: as many as there are cores)').argParser(
        threadCount,
      ),
    );
}
