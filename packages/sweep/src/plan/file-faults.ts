import { SweepError } from '../sweep-error.js';

/** Makes the error of a key of a sweep file. */
export function fault(
  key: string,
  rule: string,
  { value, remedy }: { value?: unknown; remedy?: string | undefined } = {},
): SweepError {
  return new SweepError({ code: 'file', place: key, value, rule, remedy });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

export function show(value: unknown): string {
  return value === undefined ? 'missing' : shortJson(value);
}

/** Returns a value of a sweep file as JSON for a message, cut where it is long. */
export function shortJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
