import {
  type EntryValue,
  type Mention,
  type NetworkName,
  networkOf,
  nonNegativeNumber,
  oneOf,
  type Rule,
  readEntries,
  readText,
  SettingError,
  settingRows,
  settingsOf,
  type TrainingSettings,
} from '@cifarlab/experiment';
import { backendsOf } from '../commands/engine-options.js';
import { isNegatable } from '../commands/setting-options.js';
import { UsageError } from '../errors.js';
import { flagOf } from '../flag-words.js';
import { ownCommandLine } from '../own-command.js';
import type { Flags, FlagValue } from './sweep-file.js';

/** What a configuration's flags amount to. */
export interface ReadFlags {
  /** The flags as `train` takes them: `--learning-rate=0.01`. */
  argv: string[];
  /** What its `config.json` records, and what computes. */
  settings: TrainingSettings & { backend: string };
}

const bySweep = 'the sweep sets it for each trial';
const byCommandLine = 'give it to `sweep` itself';

/** Flags of `train` that are not for a sweep's file, with what to do instead. */
const reserved: Record<string, string> = {
  out: bySweep,
  resume: bySweep,
  json: bySweep,
  quiet: bySweep,
  threads: `${bySweep}, from --cores and --jobs`,
  help: `see \`${ownCommandLine('train', '--help')}\``,
  seed: 'name the seeds in "seeds"',
  test: `${bySweep}: the test images are for the selected configuration alone`,
  'data-dir': byCommandLine,
  offline: byCommandLine,
  'allow-unverified': byCommandLine,
};

/**
 * Makes a reader of flags, which checks them as `train` does; nothing is started.
 *
 * @returns a function that throws UsageError naming the flag that is wrong.
 */
export function flagReader(model: NetworkName): (flags: Flags) => ReadFlags {
  const network = networkOf(model);
  const rows = settingRows(network);
  const nameOf = new Map(rows.map(({ name }) => [flagOf(name), name as string]));
  const negatable = new Set(rows.filter((row) => isNegatable(network, row)).map(({ name }) => flagOf(name)));
  const others: Record<string, Rule> = {
    backend: oneOf(['auto', ...backendsOf(network)]),
    'checkpoint-minutes': nonNegativeNumber,
  };
  return (flags) => {
    for (const flag of Object.keys(flags)) {
      refuseReserved(flag, negatable);
      refuseCapitals(flag);
    }
    const isOther = (flag: string) => Object.hasOwn(others, flag);
    const entries = Object.entries(flags).filter(([flag]) => !isOther(flag));
    const said = Object.fromEntries(entries.map(([flag, value]) => [nameOf.get(flag) ?? flag, value]));
    const rest = Object.entries(flags).filter(([flag]) => isOther(flag));
    const run = Object.fromEntries(rest.map(([flag, value]) => [flag, readOther(flag, value, others[flag]!)]));
    return {
      argv: Object.entries(flags).flatMap(([flag, value]) => argument(flag, value, negatable)),
      settings: {
        ...inFile(() => settingsOf(network, readEntries(network, said))),
        backend: String(run.backend ?? 'auto'),
      },
    };
  };
}

function refuseReserved(flag: string, negatable: ReadonlySet<string>): void {
  const name = flag.replaceAll('_', '-').replace(/^(--|no-)+/, '');
  if (Object.hasOwn(reserved, name)) throw new UsageError(`"${flag}" is not for a sweep's file; ${reserved[name]}`);
  if (flag === `no-${name}` && negatable.has(name)) {
    throw new UsageError(`"${flag}" is not for a sweep's file; write "${name}": false`);
  }
}

/** Names of settings are not those of flags where these have dashes. */
function refuseCapitals(flag: string): void {
  if (flagOf(flag) !== flag) throw new UsageError(`"${flag}" is not a flag of train; write "${flagOf(flag)}"`);
}

function readOther(flag: string, value: FlagValue, rule: Rule): unknown {
  const read = typeof value === 'boolean' ? undefined : readText(rule, String(value));
  if (read !== undefined) return read;
  throw new UsageError(`${spelt({ setting: flag, value })} must be ${rule.words}; correct it, or leave it out`);
}

/** Names settings as the file does. */
function inFile<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new UsageError(error.spelt(spelt), { cause: error });
  }
}

function spelt({ setting, value }: Mention): string {
  const flag = JSON.stringify(flagOf(setting));
  return value === undefined ? flag : `${flag}: ${JSON.stringify(value)}`;
}

function argument(flag: string, value: EntryValue, negatable: ReadonlySet<string>): string[] {
  if (typeof value !== 'boolean') return [`--${flag}=${value}`];
  if (value) return [`--${flag}`];
  return negatable.has(flag) ? [`--no-${flag}`] : [];
}
