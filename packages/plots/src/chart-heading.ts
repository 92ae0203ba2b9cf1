import type { Mark } from 'vega';
import { plainText } from './escape.js';
import { MUTED_INK } from './palette.js';
import { fitText } from './text-metrics.js';
import { textMark } from './vega-marks.js';

/** Space around a chart, in px. */
export const MARGIN = 20;

/** Returns the title and subtitle at the top left, either may be empty; `bottom` is where the next thing may start. */
export function chartHeading(title: string, subtitle: string, width: number): { marks: Mark[]; bottom: number } {
  const room = width - 2 * MARGIN;
  const marks: Mark[] = [];
  let bottom = 14;
  if (title !== '') {
    const text = fitText(plainText(title), room, 17, true);
    marks.push(textMark('chart-title', text, MARGIN, bottom + 14, { size: 17, bold: true }));
    bottom += 28;
  }
  if (subtitle !== '') {
    const text = fitText(plainText(subtitle), room, 12);
    marks.push(textMark('chart-subtitle', text, MARGIN, bottom + 9, { fill: MUTED_INK }));
    bottom += 22;
  }
  return { marks, bottom };
}
