import { pathWord } from '@cifarlab/internals/shell-words';
import type { EngineFlags } from '../flags/engine-options.js';
import type { RunFlags } from '../flags/train-options.js';
import { dataWords } from './data-words.js';
import { ownCommandLine } from './own-command.js';

/**
 * Returns the command that continues a run as this one goes on: values that the run records need no flag.
 *
 * @param path the run's folder.
 * @param given names of the flags that were on the command line.
 */
export function resumeCommand(
  network: string,
  path: string,
  flags: RunFlags & EngineFlags,
  given: ReadonlySet<string>,
): string {
  const words = ['train', network, '--resume', pathWord(path), ...dataWords(flags)];
  // The engine that a run started with is recorded; one that it was continued with is not.
  if (flags.resume !== undefined && given.has('backend')) words.push('--backend', flags.backend);
  if (flags.resume !== undefined && flags.threads !== undefined) words.push('--threads', String(flags.threads));
  if (given.has('checkpointMinutes')) words.push('--checkpoint-minutes', String(flags.checkpointMinutes));
  if (flags.tensorboard !== undefined) words.push('--tensorboard', pathWord(flags.tensorboard));
  if (flags.watch === true) words.push('--watch');
  else if (flags.watch !== undefined) words.push('--watch', String(flags.watch));
  return ownCommandLine(...words);
}
