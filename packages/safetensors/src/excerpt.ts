/** The most characters of a file or an argument that a message repeats. */
const LIMIT = 80;

/**
 * Characters that a terminal or a reader of the message could take for something else: controls, marks of direction,
 * half pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/**
 * Returns the start of `text` as an error message may show it: on one line, escaped, and with its length where it is
 * cut.
 */
export function excerpt(text: string): string {
  const shown = text.slice(0, LIMIT).replace(UNPRINTABLE, escapeCharacter);
  return text.length > LIMIT ? `${shown}… (${text.length} characters)` : shown;
}

/** Returns the start of a name or another text, escaped and in quotation marks. */
export function quote(text: string): string {
  const shown = JSON.stringify(text.slice(0, LIMIT)).replace(UNPRINTABLE, escapeCharacter);
  return text.length > LIMIT ? `${shown}… (${text.length} characters)` : shown;
}

/** Describes any value that is not what it should be. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) {
    const shown = value.slice(0, 10).map((item) => (Array.isArray(item) ? '[…]' : describe(item)));
    return excerpt(`[${shown.join(',')}${value.length > 10 ? `,… ${value.length} in all` : ''}]`);
  }
  if (typeof value === 'object' && value !== null) return `an object (${kindOf(value)})`;
  if (typeof value === 'function') return 'a function';
  return Object.is(value, -0) ? '-0' : String(value);
}

/**
 * Returns `Float32Array`, `Array`, `Undefined`, …; subclasses and objects of other realms have the kind of their class.
 */
export function kindOf(value: unknown): string {
  return excerpt(Object.prototype.toString.call(value).slice(8, -1));
}

function escapeCharacter(character: string): string {
  return character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
