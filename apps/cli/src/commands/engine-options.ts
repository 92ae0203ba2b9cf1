import { type Command, Option } from 'commander';
import { threadCount } from '../flags.js';
import { ownCommandLine } from '../own-command.js';
import { choice } from './options.js';

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
