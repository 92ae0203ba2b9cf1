import { isChoice, oneOf, type Rule } from './rule.js';
import type { Sentence } from './sentence.js';
import type { Setting } from './setting.js';
import { type AllSettings, rowOf, type SettingName, settingNames } from './table.js';

/** The settings that every network has: how it is trained, and on what. */
export type TrainingSettings = Pick<
  AllSettings,
  | 'learningRate'
  | 'schedule'
  | 'warmupSteps'
  | 'maxSteps'
  | 'scheduleSteps'
  | 'batchSize'
  | 'evalFreq'
  | 'earlyStopping'
  | 'seed'
  | 'batchOrder'
  | 'validationSize'
  | 'flip'
  | 'crop'
  | 'cutout'
  | 'test'
>;

/** Values of a network's settings when nothing else is said, in the order in which they are recorded and printed. */
export type Defaults = TrainingSettings & Partial<AllSettings>;

/** The names that a network knows of a choice, where these are not all. */
export type Choices = { readonly [Name in SettingName]?: readonly (AllSettings[Name] & string)[] };

/** The settings of a network with such defaults and choices. */
export type ValuesOf<D, C> = {
  -readonly [Name in keyof D as Name & SettingName]: Name extends keyof C
    ? C[Name] extends readonly (infer T)[]
      ? T
      : AllSettings[Name & SettingName]
    : AllSettings[Name & SettingName];
};

/** Description of a network's settings. */
export interface NetworkSettings<D extends Defaults = Defaults, C extends Choices = Choices> {
  /** Name in `config.json`, in names of folders and on the command line: lower case, digits and dashes. */
  readonly name: string;
  /** Its settings, with their defaults. */
  readonly settings: D;
  /** The names that it knows, where these are not all. */
  readonly choices?: C;
  /** Values of presets in place of the defaults, beside `course`. */
  readonly presets?: Readonly<Record<Exclude<AllSettings['preset'], 'course'>, Partial<ValuesOf<D, C>>>>;
  /** Checks rules of this network that go beyond those of each setting. @throws SettingError */
  check?(settings: ValuesOf<D, C>): void;
  /** Warns of a newcomer's usual mistakes. */
  warnings?(settings: ValuesOf<D, C>): readonly Sentence[];
  /** Returns the fewest images that the network can learn from. */
  smallestBatch(settings: ValuesOf<D, C>): number;
}

/** The settings of a network. */
export type SettingsOfNetwork<N> = N extends NetworkSettings<infer D, infer C> ? ValuesOf<D, C> : never;

/** Settings that are given: all others have their default. */
export type GivenSettings<N> = Partial<SettingsOfNetwork<N>>;

/** The part of a network that tells its settings, whatever they are. */
export type AnyNetwork = NetworkSettings<Defaults, Choices>;

/** One of a network's settings, with the facts about it in that network. */
export interface NetworkSetting extends Setting {
  readonly name: SettingName;
  /** The value when nothing else is said. */
  readonly default: unknown;
}

/** Returns a network's settings in the order of help texts, each with its default and the names that are known there. */
export function settingRows(network: Pick<AnyNetwork, 'settings' | 'choices'>): NetworkSetting[] {
  return settingNames()
    .filter((name) => Object.hasOwn(network.settings, name))
    .map((name) => settingRow(network, name));
}

/** Returns the facts about a setting in a network that has it. */
export function settingRow(network: Pick<AnyNetwork, 'settings' | 'choices'>, name: SettingName): NetworkSetting {
  return { ...rowOf(name), rule: ruleOf(network, name), name, default: network.settings[name] };
}

/** Returns the names that a network knows of a choice. */
export function choicesOf<Name extends SettingName>(
  network: Pick<AnyNetwork, 'settings' | 'choices'>,
  name: Name,
): readonly AllSettings[Name][] {
  const rule = ruleOf(network, name);
  return (isChoice(rule) ? rule.names : []) as readonly AllSettings[Name][];
}

function ruleOf({ choices }: Pick<AnyNetwork, 'choices'>, name: SettingName): Rule {
  const names = (choices as Record<string, readonly string[]> | undefined)?.[name];
  return names === undefined ? rowOf(name).rule : oneOf(names);
}
