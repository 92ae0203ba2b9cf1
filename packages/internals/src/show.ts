/** Characters of a text that a message repeats. */
const LONGEST_TEXT = 80;
/** Items of a list that a message repeats. */
const MOST_ITEMS = 10;

/** Returns a value as an error message shows it: on one line, and short however large it is; a shape is `[4, 10]`. */
export function show(value: unknown): string {
  if (typeof value === 'string') return showText(value);
  if (Array.isArray(value)) return showList(value);
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function showText(text: string): string {
  const shown = JSON.stringify(text.slice(0, LONGEST_TEXT));
  return text.length > LONGEST_TEXT ? `${shown.slice(0, -1)}…"` : shown;
}

function showList(list: readonly unknown[]): string {
  if (list.length > MOST_ITEMS) return `an array of ${list.length}`;
  return `[${list.map((item) => (Array.isArray(item) ? '[…]' : show(item))).join(', ')}]`;
}
