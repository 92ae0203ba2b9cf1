/** Control characters, lone halves of characters, line separators, and marks that turn the direction of text. */
const CONTROLS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Returns a line with whatever a terminal would obey as its number, such as `\\u001b`. */
export function printable(line: string): string {
  return line.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
