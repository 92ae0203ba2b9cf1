import { keyOf, type Mention } from '@cifarlab/experiment';

/** Options of the libraries that have another name as a flag. */
const otherNames: Record<string, string> = { engine: 'backend' };

/** Returns the flag of a setting, without the dashes before it: `learning-rate`. */
export function flagOf(setting: string): string {
  return (otherNames[setting] ?? keyOf(setting)).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Spells a setting as the command line does: `--learning-rate 0.1`, `--flip`, `--no-flip`. */
export function flagWords({ setting, value }: Mention): string {
  const flag = flagOf(setting);
  if (value === undefined || value === true) return `--${flag}`;
  return value === false ? `--no-${flag}` : `--${flag} ${Array.isArray(value) && value.length === 0 ? '""' : value}`;
}
