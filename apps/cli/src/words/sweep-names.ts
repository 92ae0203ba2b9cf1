import type { ReservedNames } from '@cifarlab/sweep';
import { ownCommandLine } from './own-command.js';

const bySweep = 'the sweep sets it for each trial';
const byCommandLine = 'give it to `sweep` itself';

/** Flags of `train` that are not for a sweep file, with what to do instead. */
export const reservedNames: ReservedNames = {
  out: bySweep,
  resume: bySweep,
  json: bySweep,
  quiet: bySweep,
  threads: `${bySweep}, from --cores and --jobs`,
  watch: `look at all trials with \`${ownCommandLine('watch')}\``,
  help: `see \`${ownCommandLine('train', '--help')}\``,
  'data-dir': byCommandLine,
  offline: byCommandLine,
  'allow-unverified': byCommandLine,
};
