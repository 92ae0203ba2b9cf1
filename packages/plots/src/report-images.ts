import { PlotError, requireRange } from './errors.js';
import { escapeMarkup, plainText } from './escape.js';
import { textsUnder, verdict } from './image-texts.js';
import { pngDataUri, validateImage } from './pixels.js';
import type { ReportBlock, ReportImage } from './report.js';

/**
 * Images in a list that wraps to the width of the window.
 *
 * @throws PlotError when there is no image, pixels do not match their size, or a number is out of its range
 */
export function imageList(block: Extract<ReportBlock, { kind: 'images' }>, where: string): string {
  const { images, imageSize = 96, label, caption } = block;
  if (images.length === 0) throw new PlotError(`${where} has no image: give at least one`);
  requireRange(`imageSize of ${where}`, imageSize, 8, 1000);
  const items = images.map((image, index) => {
    validateImage(image, `Image ${index} of ${where}`);
    return item(image, imageSize, label === undefined, `image ${index} of ${where}`);
  });
  const list = `<ul class="images" style="--size:${imageSize}px">\n${items.join('\n')}\n</ul>`;
  const read = label === undefined ? list : `<div role="img" aria-label="${attribute(label)}">\n${list}\n</div>`;
  return `<figure>\n${read}${caption === undefined ? '' : `\n<figcaption>${escapeMarkup(caption)}</figcaption>`}\n</figure>`;
}

function item(image: ReportImage, size: number, readOut: boolean, where: string): string {
  const { width, height, probabilities = [], trueLabel, caption } = image;
  const alt = readOut ? (image.alt ?? trueLabel ?? caption ?? 'image') : '';
  const box = `width="${size}" height="${Math.round((height / width) * size)}"`;
  const lines = textsUnder(image).map(({ full, role }) => `<span class="${role}">${escapeMarkup(full)}</span>`);
  const bars = probabilities.map(({ label, probability }, index) => {
    requireRange(`probability ${index} of ${where}`, probability, 0, 1);
    const percent = `${(100 * probability).toFixed(1)}%`;
    return `<span class="share" style="--share:${percent}">${escapeMarkup(plainText(label))} <span>${percent}</span></span>`;
  });
  const wrong = verdict(image) === false ? ' class="is-wrong"' : '';
  return `<li${wrong}><img src="${pngDataUri(image)}" alt="${attribute(alt)}" ${box}>${lines.join('')}${bars.join('')}</li>`;
}

const attribute = (text: string): string => escapeMarkup(plainText(text));
