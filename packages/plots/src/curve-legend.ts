import type { Mark } from 'vega';
import { MARGIN } from './chart-heading.js';
import { plainText } from './escape.js';
import { colourStyle, type LineStyle, lineStyle, roleStyle, splitIndex, splitStyle } from './line-style.js';
import { MUTED_INK } from './palette.js';
import type { Run } from './series.js';
import { fitText, measureText } from './text-metrics.js';
import { pointEncoding, strokeEncoding, textMark } from './vega-marks.js';

interface Entry {
  readonly label: string;
  readonly style: LineStyle;
}

const ROW = 22;
const SWATCH = 30;
const SWATCH_GAP = 8;
const ENTRY_GAP = 24;
const FONT_SIZE = 12;

/**
 * The legend of the lines: with one run, an entry per line; with several, one per run (colour) and one per split
 * (dash). Entries flow in rows; two long labels always fit side by side.
 */
export class CurveLegend {
  readonly height: number;
  readonly #placed: readonly (Entry & { readonly x: number; readonly row: number })[];

  constructor(runs: readonly Pick<Run, 'name'>[], splits: readonly string[], raw: boolean, width: number) {
    const room = width - 2 * MARGIN;
    const labelRoom = (room - ENTRY_GAP) / 2 - SWATCH - SWATCH_GAP;
    let x = 0;
    let row = 0;
    this.#placed = (runs.length === 1 ? lineEntries(splits, raw) : runAndSplitEntries(runs, splits)).map((entry) => {
      const label = fitText(plainText(entry.label), labelRoom, FONT_SIZE);
      const entryWidth = SWATCH + SWATCH_GAP + measureText(label, FONT_SIZE);
      if (x > 0 && x + entryWidth > room) {
        x = 0;
        row++;
      }
      const placed = { style: entry.style, label, x: MARGIN + Math.ceil(x), row };
      x += entryWidth + ENTRY_GAP;
      return placed;
    });
    this.height = (row + 1) * ROW;
  }

  /** Returns the legend with its upper edge at `top`. */
  marks(top: number): Mark[] {
    return this.#placed.flatMap(({ label, style, x, row }, index) => {
      const y = top + (row + 0.5) * ROW;
      const at = (offset: number) => ({ x: { value: x + offset }, y: { value: y } });
      const marks: Mark[] = [
        {
          type: 'rule',
          name: `legend${index}-line`,
          aria: false,
          encode: { update: { ...at(0), x2: { value: x + SWATCH }, ...strokeEncoding(style) } },
        },
        textMark(`legend${index}-label`, label, x + SWATCH + SWATCH_GAP, y, { size: FONT_SIZE }),
      ];
      if (style.shape !== undefined) {
        const encode = { update: { ...at(SWATCH / 2), ...pointEncoding(style) } };
        marks.push({ type: 'symbol', name: `legend${index}-point`, aria: false, encode });
      }
      return marks;
    });
  }
}

function lineEntries(splits: readonly string[], raw: boolean): Entry[] {
  return splits.flatMap((split): Entry[] => {
    const colour = splitIndex(split, splits);
    if (split !== 'train') return [{ label: split, style: lineStyle('plain', split, splits, colour) }];
    const smoothed = { label: 'train (smoothed)', style: lineStyle('smoothed', split, splits, colour) };
    return raw
      ? [smoothed, { label: 'train (each step)', style: lineStyle('raw', split, splits, colour) }]
      : [smoothed];
  });
}

function runAndSplitEntries(runs: readonly Pick<Run, 'name'>[], splits: readonly string[]): Entry[] {
  const runEntries = runs.map((run, index): Entry => {
    return { label: run.name, style: { dash: [], shape: undefined, ...roleStyle('smoothed'), ...colourStyle(index) } };
  });
  const splitEntries = splits.map((split): Entry => {
    const role = split === 'train' ? 'smoothed' : 'plain';
    const style = { ...splitStyle(split, splits), ...roleStyle(role), colour: MUTED_INK };
    return { label: split === 'train' ? 'train (smoothed)' : split, style };
  });
  return [...runEntries, ...splitEntries];
}
