import type { Rule } from './rule.js';
import type { Sentence } from './sentence.js';

/** Subject of a setting; tables of settings are divided by it. */
export type SettingGroup = 'network' | 'training' | 'images' | 'evaluation';

/** One row of the table of settings. */
export interface Setting<T = unknown> {
  /** Name outside of programs, in files and as a flag, where it differs from the setting's name. */
  readonly key?: string;
  /** Subject of the setting. */
  readonly group: SettingGroup;
  /** The rule of a value; null, for a setting that may be unset, is beside it. */
  readonly rule: Rule<Exclude<T, null>>;
  /** Whether null, unset, is a value too. */
  readonly canBeUnset: boolean;
  /** Unit or kind of the value: `steps`, `images`, `name`. Empty for a switch. */
  readonly unit: string;
  /** Effect of the setting, in one sentence; for a switch, the effect when it is on. */
  readonly help: string;
  /** More about it, for a table with room. */
  readonly details?: string;
  /** Meaning of an unset value. */
  readonly unset?: Unset<T>;
  /** Whether a run may be continued with another value. */
  readonly mayChange?: boolean;
  /** Whether a preset's value is meant for the preset's optimizer, and not for another. */
  readonly ofOptimizer?: boolean;
  /** The value of records from before there was a choice. */
  readonly before?: T;
}

/** Meaning of an unset value. */
export interface Unset<T = unknown> {
  /** Text as the end of "default: …". */
  readonly text: Sentence;
  /** Value that is recorded in its place; null where there is none. */
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
