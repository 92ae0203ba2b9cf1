import { engineNames } from '@cifarlab/engines';
import {
  type Network,
  type NetworkSetting,
  nonNegativeNumber,
  oneOf,
  type Rule,
  readEntries,
  readText,
  SettingError,
  settingRows,
  settingsOf,
  type TrainingSettings,
  unknownSetting,
} from '@cifarlab/experiment';
import { SweepError } from '../sweep-error.js';
import { entryName, entryWords, settingName } from './entry-words.js';
import type { Flags, FlagValue } from './flag-values.js';

/** Settings of a configuration, all of them, and what computes: an engine's name, or `auto`. */
export type SweptSettings = TrainingSettings & { backend: string };

/** Result of reading the entries of a configuration. */
export interface ReadSettings {
  /** The entries as words of a command line: `--learning-rate=0.01`, `--flip`, `--no-flip`. */
  argv: string[];
  /** All settings, those that are not given too. */
  settings: SweptSettings;
  /** The longest time between two checkpoints. Default: that of a run. */
  checkpointMinutes?: number;
}

/** Names that are not for a sweep file, with what to do instead. */
export type ReservedNames = Readonly<Record<string, string>>;

/** Settings that every sweep gives its trials itself. */
const ownNames: ReservedNames = {
  seed: 'name the seeds in "seeds"',
  test: 'the sweep sets it for each trial: the test images are for the selected configuration alone',
};

/** Entries that are not settings of a network. */
interface Others {
  backend: string;
  checkpointMinutes: number;
}

/**
 * Makes a reader of a network's settings, which checks them by the network's rules; nothing is started.
 *
 * @param reserved names that are not for a sweep file either.
 * @returns a function that throws SweepError, `plan`, naming the entry that is wrong.
 */
export function settingsReader(network: Network, reserved: ReservedNames): (flags: Flags) => ReadSettings {
  const rows = settingRows(network);
  const nameOf = new Map<string, string>(rows.map(({ name }) => [entryName(name), name]));
  const taken = { ...ownNames, ...reserved };
  const refuse = refusal(rows, taken);
  const rules: Record<string, Rule> = {
    backend: oneOf(['auto', ...engineNames(network.engine, { trains: network.needs })]),
    'checkpoint-minutes': nonNegativeNumber,
  };
  const known = [...nameOf.keys(), ...Object.keys(rules)].filter((name) => !Object.hasOwn(taken, name));
  const requireKnown = (name: string, value: FlagValue) => {
    if (!known.includes(name)) throw unknownSetting(network, name, value, known.map(settingName));
  };
  return (flags) => {
    const entries = Object.entries(flags);
    for (const [name] of entries) {
      refuse(name);
      refuseCapitals(name);
    }
    asInFile(() => {
      for (const [name, value] of entries) requireKnown(name, value);
    });
    const own = entries.filter(([name]) => !Object.hasOwn(rules, name));
    const given = Object.fromEntries(own.map(([name, value]) => [nameOf.get(name)!, value]));
    const others: Partial<Others> = Object.fromEntries(
      entries
        .filter(([name]) => Object.hasOwn(rules, name))
        .map(([name, value]) => [
          name === 'backend' ? name : 'checkpointMinutes',
          readOther(name, value, rules[name]!),
        ]),
    );
    const { backend = 'auto', checkpointMinutes } = others;
    return {
      argv: entries.flatMap(([name, value]) => words(name, value, network, rows)),
      settings: { ...asInFile(() => settingsOf(network, readEntries(network, given))), backend },
      ...(checkpointMinutes === undefined ? {} : { checkpointMinutes }),
    };
  };
}

function refusal(rows: readonly NetworkSetting[], reserved: ReservedNames): (entry: string) => void {
  const switches = rows.filter(({ rule }) => rule.kind === 'switch').map(({ name }) => entryName(name));
  return (entry) => {
    const name = entry.replaceAll('_', '-').replace(/^(--|no-)+/, '');
    const remedy = Object.hasOwn(reserved, name) ? reserved[name] : `write "${name}": false`;
    if (!Object.hasOwn(reserved, name) && !(entry === `no-${name}` && switches.includes(name))) return;
    throw new SweepError({ code: 'plan', place: `"${entry}"`, rule: "is not for a sweep's file", remedy });
  };
}

/** Names of settings are not those of entries where these have dashes. */
function refuseCapitals(entry: string): void {
  const name = entryName(entry);
  if (name === entry) return;
  throw new SweepError({
    code: 'plan',
    place: `"${entry}"`,
    rule: "is not a name in a sweep's file",
    remedy: `write "${name}"`,
  });
}

function readOther(name: string, value: FlagValue, rule: Rule): unknown {
  const read = typeof value === 'boolean' ? undefined : readText(rule, String(value));
  if (read !== undefined) return read;
  throw new SweepError({
    code: 'plan',
    place: entryWords({ setting: name, value }),
    value,
    rule: `must be ${rule.words}`,
    remedy: 'correct it, or leave it out',
  });
}

/** Names settings as the file does. */
function asInFile<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new SweepError({ code: 'plan', value: error.value, rule: error.spelt(entryWords) }, { cause: error });
  }
}

function words(name: string, value: FlagValue, network: Network, rows: readonly NetworkSetting[]): string[] {
  if (typeof value !== 'boolean') return [`--${name}=${value}`];
  if (value) return [`--${name}`];
  return rows.some((row) => entryName(row.name) === name && mayBeOn(row, network)) ? [`--no-${name}`] : [];
}

/** Returns whether a switch may be on without being given: by default, or by a preset. */
function mayBeOn({ name, default: usual }: NetworkSetting, { presets }: Network): boolean {
  return (
    usual === true || Object.values(presets ?? {}).some((values) => (values as Record<string, unknown>)[name] === true)
  );
}
