import { keyOf, type Mention, settingOf } from '@cifarlab/experiment';

/** Returns the name of a setting in a sweep file: `learning-rate`. */
export function entryName(setting: string): string {
  return keyOf(setting).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Returns the setting of a name in a sweep file: `learningRate`. */
export function settingName(entry: string): string {
  return settingOf(entry.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

/** Spells a setting as a sweep file does: `"learning-rate": 0.01`. */
export function entryWords({ setting, value }: Mention): string {
  const name = JSON.stringify(entryName(setting));
  return value === undefined ? name : `${name}: ${JSON.stringify(value)}`;
}
