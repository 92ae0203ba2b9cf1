import * as v from 'valibot';
import { closest } from './closest.js';
import { type AnyNetwork, type NetworkSetting, settingRows } from './network-settings.js';
import { readText } from './rule.js';
import { named, type Sentence, sentence } from './sentence.js';
import { SettingError } from './setting-error.js';

/**
 * Returns the row of a network's setting.
 *
 * @param value for the message.
 * @throws SettingError for a name that the network does not have.
 */
export function requireSetting(network: AnyNetwork, name: string, value?: unknown): NetworkSetting {
  const row = settingRows(network).find((one) => one.name === name);
  if (row !== undefined) return row;
  throw unknownSetting(network, name, value);
}

/**
 * Makes the error about a setting that a network does not have, which names the one that was probably meant, or all.
 *
 * @param names what could have been meant. Default: the network's settings.
 */
export function unknownSetting(
  network: AnyNetwork,
  name: string,
  value: unknown,
  names: readonly string[] = settingRows(network).map((row) => row.name),
): SettingError {
  const remedy = remedyOfName(name, names);
  return new SettingError({ setting: name, value, rule: `is not a setting of ${network.name}`, remedy });
}

function remedyOfName(name: string, names: readonly string[]): Sentence {
  const meant = closest(name, names);
  if (meant !== undefined) return sentence`did you mean ${named(meant)}?`;
  const list = names.map((one) => sentence`${named(one)}`).reduce((before, after) => sentence`${before}, ${after}`);
  return sentence`its settings are ${list}`;
}

/** Checks one value by its rule. @throws SettingError */
export function checkValue(row: NetworkSetting, value: unknown): void {
  if (value === null ? row.canBeUnset : v.is(row.rule.schema, value)) return;
  throw wrongValue(row, value);
}

/** A setting's value in a file: a text or a number as a person writes it, true or false of a switch. */
export type EntryValue = string | number | boolean;

/**
 * Reads a value as a person writes it: a number as `1e-3`, a choice in any case, units as `200,100`.
 *
 * @throws SettingError where it breaks the rule.
 */
export function readSetting(row: NetworkSetting, entry: EntryValue): unknown {
  const isText = row.rule.kind !== 'switch' && typeof entry !== 'boolean';
  const value = isText ? readText(row.rule, String(entry)) : entry;
  if (!v.is(row.rule.schema, value)) throw wrongValue(row, entry);
  return value;
}

function wrongValue({ name, rule }: NetworkSetting, value: unknown): SettingError {
  return new SettingError({
    setting: name,
    value,
    rule: `must be ${rule.words}`,
    remedy: 'correct it, or leave it out',
  });
}
