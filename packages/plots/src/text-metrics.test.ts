import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { escapeMarkup } from './escape.js';
import { fitText, measureText } from './text-metrics.js';

const asset = (name: string) => readFile(new URL(`../assets/${name}`, import.meta.url));
/** The empty space at the outer side of each bar, in em: 260 of 2048 units in both fonts. */
const BAR_BEARING = 260 / 2048;
let fonts: Uint8Array[];

beforeAll(async () => {
  await initWasm(await readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
  fonts = await Promise.all([asset('DejaVuSans.ttf'), asset('DejaVuSans-Bold.ttf')]);
});

function drawnWidth(text: string, size: number, bold: boolean): number {
  const weight = bold ? 'bold' : 'normal';
  // Bars on both sides make the width of the text's advance visible regardless of its side bearings.
  const line = `<text y="200" font-family="DejaVu Sans" font-size="${size}" font-weight="${weight}">|${escapeMarkup(text)}|</text>`;
  const resvg = new Resvg(`<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="400">${line}</svg>`, {
    font: { fontBuffers: fonts },
  });
  const { width } = resvg.innerBBox()!;
  resvg.free();
  return width - measureText('||', size, bold) + 2 * BAR_BEARING * size;
}

describe('measureText', () => {
  it.each([
    ['train (smoothed)', false],
    ['loss (cross-entropy, nats)', false],
    ['mlp-ndarray, 100 hidden units', true],
    ['1,400', false],
    ['Übergröße é ñ ×', true],
  ])('agrees with the font for %j', (text, bold) => {
    expect(Math.abs(measureText(text, 100, bold) - drawnWidth(text, 100, bold))).toBeLessThan(2);
  });

  it('counts wide scripts generously', () => {
    expect(measureText('漢字', 10)).toBeGreaterThanOrEqual(20);
  });
});

describe('fitText', () => {
  it('never exceeds a width that holds an ellipsis', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.double({ min: 15, max: 300, noNaN: true }), (text, width) => {
        expect(measureText(fitText(text, width, 12), 12)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('keeps what fits and shortens what does not', () => {
    expect(fitText('short', 100, 12)).toBe('short');
    expect(fitText('a rather long name', 60, 12)).toMatch(/^a rat.*…$/);
  });
});
