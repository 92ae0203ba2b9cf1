/** Control characters, lone halves of characters, line separators, and marks that turn the direction of text. */
const CONTROLS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Returns a line as a terminal can show it. Names of classes, folders and engines come from files of other people's:
 * whatever a terminal would obey is shown as its number instead, such as `\u001b`, which is right inside JSON too.
 */
export function printable(line: string): string {
  return line.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Returns the same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
