import { plainText } from './escape.js';
import type { PixelImage } from './pixels.js';

/** An image of a grid with the text under it. */
export interface GridImage extends PixelImage {
  /** A separate line. */
  readonly caption?: string;
  /** The image's class. Together with `predictedLabel` it marks the image as right or wrong. */
  readonly trueLabel?: string;
  /** The class that a network gave it. */
  readonly predictedLabel?: string;
}

/** A line under an image, and what it says. */
export interface ImageText {
  readonly full: string;
  readonly role: 'right' | 'wrong' | 'label' | 'caption';
}

/** Returns whether the prediction is right, or undefined without a prediction and a true class. */
export function verdict({ trueLabel, predictedLabel }: GridImage): boolean | undefined {
  return trueLabel === undefined || predictedLabel === undefined ? undefined : trueLabel === predictedLabel;
}

/** Returns the predicted class with ✓, or with ✗ and the true class, then the caption; texts not given are left out. */
export function textsUnder(image: GridImage): ImageText[] {
  const { caption, trueLabel, predictedLabel } = image;
  const lines: ImageText[] = [];
  const right = verdict(image);
  if (right === true) lines.push({ full: `✓ ${predictedLabel}`, role: 'right' });
  else if (right === false) {
    lines.push({ full: `✗ ${predictedLabel}`, role: 'wrong' }, { full: `true: ${trueLabel}`, role: 'label' });
  } else if (predictedLabel !== undefined) lines.push({ full: predictedLabel, role: 'label' });
  else if (trueLabel !== undefined) lines.push({ full: trueLabel, role: 'label' });
  if (caption !== undefined) lines.push({ full: caption, role: 'caption' });
  return lines.map(({ full, role }) => ({ full: plainText(full), role }));
}
