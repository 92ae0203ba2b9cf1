import type { Rule } from './rule.js';
import type { Sentence } from './sentence.js';

/** What a setting is about, which is how tables of settings are divided. */
export type SettingGroup = 'network' | 'training' | 'images' | 'evaluation';

/** One row of the table of settings. */
export interface Setting<T = unknown> {
  /** What it is called outside of programs, in files and as a flag, where that is not its name. */
  readonly key?: string;
  /** What it is about. */
  readonly group: SettingGroup;
  /** The rule of a value; null, for a setting that may be unset, is beside it. */
  readonly rule: Rule<Exclude<T, null>>;
  /** Whether null, unset, is a value too. */
  readonly canBeUnset: boolean;
  /** What the value counts or is: `steps`, `images`, `name`. Empty for a switch. */
  readonly unit: string;
  /** What the setting does, in one sentence: of a switch, what it does when it is on. */
  readonly help: string;
  /** More about it, for a table with room. */
  readonly details?: string;
  /** What an unset value amounts to. */
  readonly unset?: Unset<T>;
  /** Whether a run may be continued with another value. */
  readonly mayChange?: boolean;
  /** Whether a preset's value is meant for the preset's optimizer, and not for another. */
  readonly ofOptimizer?: boolean;
  /** The value of records from before there was a choice. */
  readonly before?: T;
}

/** What an unset value amounts to. */
export interface Unset<T = unknown> {
  /** As the end of "default: …". */
  readonly text: Sentence;
  /** What is recorded in its place; null where there is nothing. */
  readonly value?: (settings: Readonly<Record<string, unknown>>) => T;
}

type Row<T> = Omit<Setting<T>, 'canBeUnset' | 'unit'> & { unit?: string };

/** Makes a row of the table. */
export function setting<T>(row: Row<NoInfer<T>> & { rule: Rule<T> }): Setting<T> {
  return { unit: '', ...row, canBeUnset: false } as Setting<T>;
}

/** Makes a row whose value may be null: unset. */
export function optionalSetting<T>(row: Row<NoInfer<T> | null> & { rule: Rule<T> }): Setting<T | null> {
  return { unit: '', ...row, canBeUnset: true } as Setting<T | null>;
}
