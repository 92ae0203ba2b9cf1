import { PlotError, requireRange } from './errors.js';
import { escapeMarkup, plainText } from './escape.js';
import { type GridImage, type ImageText, textsUnder, verdict } from './image-texts.js';
import { largest } from './largest.js';
import { INK, MUTED_INK, SERIES_COLOURS } from './palette.js';
import { pngDataUri, validateImage } from './pixels.js';
import { svgDocument } from './svg-document.js';
import { fitText } from './text-metrics.js';

/** Options of {@link renderImageGrid}. */
export interface ImageGridOptions {
  /** Heading. Default: none. */
  title?: string;
  /** A line under the heading. Default: how many predictions are right, if there are any. */
  subtitle?: string;
  /** Images per row, 1 to 100. Default: 8, or fewer if there are fewer images. */
  columns?: number;
  /** Width of each image in CSS pixels, 8 to 1000. Default: 96. */
  imageSize?: number;
  /** Text that assistive technology reads out. Default: the texts under the images. */
  description?: string;
  /** Any CSS colour, or `none`. Default: white. */
  background?: string;
}

const MARGIN = 20;
const GAP = 14;
const LINE = 15;
const FONT_SIZE = 11;
const WRONG = SERIES_COLOURS[1];
/** Right and wrong are darker than the colours of lines: small text needs more contrast. */
const FILLS: Readonly<Record<ImageText['role'], string>> = {
  right: '#006B4E',
  wrong: '#A84300',
  label: INK,
  caption: MUTED_INK,
};

/**
 * Draws images in a grid, row by row, enlarged without blurring. Under each stand its caption and its predicted class
 * with ✓, or with ✗ and the true class; wrong ones have a dashed frame, too.
 *
 * @returns an SVG document with the images inside it; the same input always gives the same bytes
 * @throws PlotError when there is no image, when pixels do not match the size, or an option is out of range
 */
export function renderImageGrid(images: readonly GridImage[], options: ImageGridOptions = {}): string {
  if (images.length === 0) throw new PlotError('There is no image to draw: give at least one');
  const { imageSize = 96, columns = Math.min(8, images.length), title = '' } = options;
  requireRange('imageSize', imageSize, 8, 1000);
  requireRange('columns', columns, 1, 100);
  images.forEach((image, index) => {
    validateImage(image, `Image ${index}`);
  });

  const perRow = Math.floor(columns);
  const texts = images.map(textsUnder);
  const lines = largest(texts.map((text) => text.length));
  const imageHeight = Math.ceil(largest(images.map(({ width, height }) => (height / width) * imageSize)));
  const rowHeight = imageHeight + (lines > 0 ? 6 + lines * LINE : 0) + GAP;
  const width = 2 * MARGIN + perRow * (imageSize + GAP) - GAP;
  const subtitle = options.subtitle ?? scoreSentence(images);
  const heading = headingMarkup(title, subtitle, width);
  const height = heading.bottom + Math.ceil(images.length / perRow) * rowHeight - GAP + MARGIN;

  const cells = images.map((image, index) => {
    const x = MARGIN + (index % perRow) * (imageSize + GAP);
    const y = heading.bottom + Math.floor(index / perRow) * rowHeight;
    return cell(image, texts[index]!, x, y, imageSize, imageHeight);
  });
  const read = texts.map((text, index) => `${index + 1}: ${text.map(({ full }) => full).join(', ') || 'no caption'}`);
  const description = options.description ?? `${subtitle} ${read.join('; ')}.`.trim();
  const head = { width, height, title: title || 'Images', description, background: options.background };
  return svgDocument(head, heading.markup + cells.join(''));
}

function cell(
  image: GridImage,
  texts: readonly ImageText[],
  x: number,
  y: number,
  width: number,
  rowHeight: number,
): string {
  const height = (image.height / image.width) * width;
  const top = y + rowHeight - height;
  const box = (grow: number) =>
    `x="${round(x - grow)}" y="${round(top - grow)}" width="${round(width + 2 * grow)}" height="${round(height + 2 * grow)}"`;
  const frame =
    verdict(image) === false
      ? `<rect class="wrong" ${box(2)} fill="none" stroke="${WRONG}" stroke-width="2.5" stroke-dasharray="6,3"/>`
      : '';
  const lines = texts.map(({ full, role }, index) => {
    const shown = escapeMarkup(fitText(full, width + GAP - 4, FONT_SIZE));
    const at = `x="${round(x + width / 2)}" y="${round(y + rowHeight + 6 + index * LINE + FONT_SIZE)}"`;
    return `<text ${at} text-anchor="middle" font-size="${FONT_SIZE}" fill="${FILLS[role]}">${shown}</text>`;
  });
  const alternative =
    texts.length > 0 ? `<title>${escapeMarkup(texts.map(({ full }) => full).join(', '))}</title>` : '';
  const sharp = 'preserveAspectRatio="none" style="image-rendering:pixelated"';
  return `<g class="image">${alternative}<image ${box(0)} ${sharp} href="${pngDataUri(image)}"/>${frame}${lines.join('')}</g>`;
}

const round = (value: number): number => Math.round(value * 100) / 100;

function scoreSentence(images: readonly GridImage[]): string {
  const verdicts = images.map(verdict).filter((right) => right !== undefined);
  return verdicts.length === 0 ? '' : `${verdicts.filter(Boolean).length} of ${verdicts.length} predictions are right.`;
}

function headingMarkup(title: string, subtitle: string, width: number): { markup: string; bottom: number } {
  let bottom = 16;
  let markup = '';
  const line = (text: string, size: number, fill: string, bold: boolean) => {
    bottom += size + 3;
    const shown = escapeMarkup(fitText(plainText(text), width - 2 * MARGIN, size, bold));
    markup += `<text x="${MARGIN}" y="${bottom}" font-size="${size}"${bold ? ' font-weight="bold"' : ''} fill="${fill}">${shown}</text>`;
    bottom += 6;
  };
  if (title !== '') line(title, 17, INK, true);
  if (subtitle !== '') line(subtitle, 12, MUTED_INK, false);
  return { markup, bottom: bottom + 8 };
}
