import { BOLD_ADVANCES, REGULAR_ADVANCES } from './dejavu-advances.js';

const UNITS_PER_EM = 2048;

/**
 * Returns the width of a line of text in DejaVu Sans, in the unit of `fontSize`, without a font engine. ASCII and
 * Latin-1 are exact (kerning aside); wide scripts and emoji count one and a bit em, all else a typical width.
 */
export function measureText(text: string, fontSize: number, bold = false): number {
  const advances = bold ? BOLD_ADVANCES : REGULAR_ADVANCES;
  let units = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code >= 0x20 && code <= 0x7e) units += advances[code - 0x20]!;
    else if (code >= 0xa0 && code <= 0xff) units += advances[code - 0xa0 + 95]!;
    else units += code < 0x1100 || (code >= 0x2000 && code < 0x2e80) ? 1500 : 2300;
  }
  return (units / UNITS_PER_EM) * fontSize;
}

/** Returns `text`, or its longest beginning that fits `width` with an ellipsis. */
export function fitText(text: string, width: number, fontSize: number, bold = false): string {
  if (measureText(text, fontSize, bold) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && measureText(`${characters.join('')}…`, fontSize, bold) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}
