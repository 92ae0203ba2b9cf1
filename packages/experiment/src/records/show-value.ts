const LONGEST = 60;

/** Writes a value out of a file for a message: in one line, and short however large it is. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return value.length > LONGEST ? `${JSON.stringify(value.slice(0, LONGEST)).slice(0, -1)}…"` : JSON.stringify(value);
}
