/**
 * Columns a line of text takes in a terminal, never too few: code points from U+1100 on count two (most are wide or may
 * be drawn so), except the blocks this package draws with.
 */
export function columns(text: string): number {
  let count = 0;
  for (const character of text) count += columnsOf(character);
  return count;
}

function columnsOf(character: string): number {
  const code = character.codePointAt(0)!;
  const narrow = code < 0x1100 || (code >= 0x2010 && code <= 0x2027) || (code >= 0x2500 && code <= 0x28ff);
  return narrow ? 1 : 2;
}

/** Returns `text` without anything a terminal would obey (escape sequences, line ends), replaced by `?` or a space. */
export function terminalText(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[\p{Cc}\p{Cf}\p{Surrogate}\p{Zl}\p{Zp}]/gu, '?');
}

/** Returns `text` if it fits, or its longest beginning that does with a mark of omission. */
export function fitColumns(text: string, width: number, ellipsis: string): string {
  if (columns(text) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && columns(characters.join('')) + columns(ellipsis) > width) characters.pop();
  return columns(ellipsis) <= width ? characters.join('') + ellipsis : '';
}
