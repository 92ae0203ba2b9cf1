import { keyOf } from './keys.js';

/** Returns `setting : value` lines, as the course's scripts print theirs; unset ones are left out. */
export function settingLines(settings: object): string[] {
  return Object.entries(settings)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${keyOf(name).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} : ${value}`);
}
