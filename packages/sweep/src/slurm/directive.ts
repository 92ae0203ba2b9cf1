import { show } from '@cifarlab/internals/show';
import { SweepError } from '../sweep-error.js';

/** Words that sbatch takes without quotes. */
const plain = /^[\p{L}\p{N}_@%+=:,./~-]+$/u;

/**
 * Writes words as a line of a job script that sbatch reads, each quoted where it needs to be.
 *
 * @throws SweepError, `slurm-flag`, for a word with a control character: a line has no way to say it.
 */
export function directive(...words: string[]): string {
  return `#SBATCH ${words.map(quoted).join(' ')}`;
}

/** Writes a path as a file name pattern, in which sbatch takes a percent sign for the start of a field. */
export function pathPattern(path: string): string {
  return path.replaceAll('%', '%%');
}

function quoted(word: string): string {
  if (plain.test(word)) return word;
  if (/\p{Cc}/u.test(word)) {
    throw new SweepError({
      code: 'slurm-flag',
      place: show(word),
      value: word,
      rule: 'has a line break or another control character, which a job script cannot say',
      remedy: 'leave it out',
    });
  }
  return `"${word.replace(/[\\"]/g, '\\$&')}"`;
}
