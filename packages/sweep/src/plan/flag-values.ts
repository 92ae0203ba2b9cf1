import { fault, show } from './file-faults.js';

/** Value of a setting in a sweep; true and false are for switches. */
export type FlagValue = string | number | boolean;

/** Settings by the names that a sweep file gives them: `{ "learning-rate": 0.01, "flip": true }`. */
export type Flags = Readonly<Record<string, FlagValue>>;

export function checkFlagValue(value: unknown, place: string): void {
  if (['string', 'number', 'boolean'].includes(typeof value)) return;
  throw fault(place, `must be a text, a number, true or false, and is ${show(value)}`, {
    value,
    remedy: Array.isArray(value) ? `write a list of units as "${value}", several values into "grid"` : undefined,
  });
}
