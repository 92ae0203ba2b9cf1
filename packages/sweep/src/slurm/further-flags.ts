import { show } from '@cifarlab/internals/show';
import { SweepError } from '../sweep-error.js';

/** Flags of sbatch that the sweep sets itself, or that would keep it from its work; with the letters of the short ones. */
const own: readonly [name: string, letter: string | undefined, reason: string][] = [
  ['array', 'a', 'the sweep numbers its tasks itself'],
  ['output', 'o', 'the logs go into the folder of the sweep'],
  ['error', 'e', 'the logs go into the folder of the sweep'],
  ['chdir', 'D', 'the paths of the sweep are absolute'],
  ['signal', undefined, 'the signal is how a task knows of its time limit'],
  ['open-mode', undefined, 'a task that goes on goes on with its log'],
  ['no-requeue', undefined, 'a task that is interrupted goes on later'],
  ['wrap', undefined, 'the sweep writes the job script'],
  ['wait', 'W', 'the sweep watches the tasks itself'],
  ['test-only', undefined, 'nothing would be submitted'],
];

/**
 * Checks further flags of sbatch.
 *
 * @throws SweepError, `slurm-flag`, for a word that is not a flag's, and for a flag that is the sweep's.
 */
export function checkFurtherFlags(flags: readonly string[]): void {
  if (flags.length > 0 && !flags[0]!.startsWith('-')) {
    throw fault(flags[0]!, 'is not a flag of sbatch', 'flags begin with a dash, --constraint=zen3 for example');
  }
  for (const flag of flags) {
    // getopt takes a long name that is cut off, where it is the only one that begins so.
    const long = /^--([^=]+)/.exec(flag)?.[1];
    const short = /^-([^-])/.exec(flag)?.[1];
    const found = own.find(([name, letter]) =>
      long === undefined
        ? short !== undefined && short === letter
        : name === long || (long.length > 2 && name.startsWith(long)),
    );
    if (found !== undefined) throw fault(flag, 'is not for a sweep', `leave it out: ${found[2]}`);
  }
}

function fault(flag: string, rule: string, remedy: string): SweepError {
  return new SweepError({ code: 'slurm-flag', place: `the flag ${show(flag)} of sbatch`, value: flag, rule, remedy });
}
