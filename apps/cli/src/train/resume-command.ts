import { ownCommandLine } from '../own-command.js';
import type { ModelName } from '../run-folder.js';
import { pathWord } from '../shell-words.js';
import type { RunFlags } from './run-flags.js';

/** What the command line says, where it matters to whoever continues the run. */
export type ResumeFlags = Partial<
  Pick<RunFlags, 'resume' | 'dataDir' | 'offline' | 'allowUnverified' | 'checkpointMinutes'>
> & { backend?: string; threads?: number };

/**
 * The command that continues a run as this one goes on: what the run records needs no flag.
 *
 * @param path the run's folder.
 * @param given names of the flags that were on the command line.
 */
export function resumeCommand(model: ModelName, path: string, flags: ResumeFlags, given: ReadonlySet<string>): string {
  const words = ['train', model, '--resume', pathWord(path)];
  if (flags.dataDir !== undefined) words.push('--data-dir', pathWord(flags.dataDir));
  if (flags.allowUnverified) words.push('--allow-unverified');
  if (flags.offline) words.push('--offline');
  // The engine that a run started with is recorded; one that it was continued with is not.
  if (flags.resume !== undefined && flags.backend !== undefined && given.has('backend')) {
    words.push('--backend', flags.backend);
  }
  if (flags.resume !== undefined && flags.threads !== undefined) words.push('--threads', String(flags.threads));
  if (given.has('checkpointMinutes')) words.push('--checkpoint-minutes', String(flags.checkpointMinutes));
  return ownCommandLine(...words);
}
