import { type SettingName, settingTable } from './table.js';

/** Returns the name of a setting outside of programs, in files, as a flag, in lines: `negSlope`. */
export function keyOf(setting: string): string {
  return Object.hasOwn(settingTable, setting) ? (settingTable[setting as SettingName].key ?? setting) : setting;
}

/** Returns the setting with a key. */
export function settingOf(key: string): string {
  return Object.keys(settingTable).find((name) => keyOf(name) === key) ?? key;
}

/** Returns settings with their keys in place of their names, as files have them. */
export function byKey(settings: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [keyOf(name), value]));
}

/** Returns an object that has keys, as in files, with the names of settings in their place. */
export function byName(record: object): Record<string, unknown> {
  const entries = Object.entries(record).filter(([key]) => keyOf(key) === key);
  return Object.fromEntries(entries.map(([key, value]) => [settingOf(key), value]));
}
