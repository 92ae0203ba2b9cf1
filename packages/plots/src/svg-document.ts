import { escapeMarkup, plainText } from './escape.js';
import { FONT_FAMILY, PAPER } from './palette.js';

/** Head of every picture: its size in CSS pixels and what assistive technology reads out. */
export interface SvgHead {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
  /** Any CSS colour, or `none`. */
  readonly background?: string | undefined;
}

/** Wraps markup into an accessible SVG document of the given size. */
export function svgDocument({ width, height, title, description, background = PAPER }: SvgHead, body: string): string {
  const text = (value: string) => escapeMarkup(plainText(value));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
    ` role="img" aria-label="${text(title)}" font-family="${FONT_FAMILY}">`,
    `<title>${text(title)}</title><desc>${text(description)}</desc>`,
    `<rect class="paper" width="${width}" height="${height}" fill="${escapeMarkup(background)}"/>`,
    body,
    '</svg>\n',
  ].join('');
}
