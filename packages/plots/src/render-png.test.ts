import { Resvg } from '@resvg/resvg-wasm';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { smallRun } from '../test/support/runs.js';
import { PlotError } from './errors.js';
import { renderConfusionMatrix } from './render-confusion-matrix.js';
import { renderCurves } from './render-curves.js';
import { renderImageGrid } from './render-image-grid.js';
import { renderPng } from './render-png.js';

const document = (body: string) => `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="40">${body}</svg>`;
const text = (words: string, attributes = '') =>
  document(`<text x="5" y="30" font-size="20" font-family="sans-serif" ${attributes}>${words}</text>`);
const inked = (png: Uint8Array) => decode(png).data.filter((value, i) => i % 4 === 3 && value > 0).length;

describe('renderPng', () => {
  it('has the size of the picture times the scale, 2 unless told', async () => {
    const svg = await renderCurves(smallRun, { width: 500, height: 300 });
    expect(decode(await renderPng(svg))).toMatchObject({ width: 1000, height: 600, channels: 4, depth: 8 });
    expect(decode(await renderPng(svg, { scale: 0.5 }))).toMatchObject({ width: 250, height: 150 });
  });

  it('draws curves, matrices and grids in many colours', async () => {
    const image = { data: Uint8Array.from([255, 0, 0]), width: 1, height: 1, caption: 'red' };
    const pictures = [
      await renderCurves(smallRun),
      await renderConfusionMatrix([[1]], ['a']),
      renderImageGrid([image]),
    ];
    for (const picture of pictures) {
      const { data, width, height } = decode(await renderPng(picture, { scale: 1 }));
      const colours = new Set<number>();
      for (let i = 0; i < width * height; i++)
        colours.add((data[4 * i]! << 16) | (data[4 * i + 1]! << 8) | data[4 * i + 2]!);
      expect(colours.size).toBeGreaterThan(20);
    }
  });

  it.each<[string, number[]]>([
    ['a gap, far from zero', [90.1, Number.NaN, 90.2, 90.3]],
    ['an evaluation that is cut off', [9.4, ...Array.from({ length: 12 }, (_, i) => 2.35 - i / 90)]],
  ])('draws curves with %s', async (_, values) => {
    const points = values.map((value, i) => ({ step: i + 1, value }));
    const svg = await renderCurves({ name: 'run', loss: [{ name: 'test', points }], accuracy: [] });
    expect(inked(await renderPng(svg))).toBeGreaterThan(1000);
  });

  it('says that a document breaks the rasteriser', async () => {
    const outside = document('<path transform="translate(0,900)" d="M0,0h9v9z" opacity="0"/>');
    await expect(renderPng(outside)).rejects.toThrow('The rasteriser broke off while it drew the picture');
    expect(inked(await renderPng(text('on')))).toBeGreaterThan(0);
  });

  it('draws the colours of an image as they are, without blurring', async () => {
    const image = { data: Uint8Array.from([255, 0, 0, 0, 0, 255]), width: 2, height: 1, layout: 'HWC' as const };
    const { data, width } = decode(await renderPng(renderImageGrid([image], { imageSize: 100 }), { scale: 1 }));
    const row = Array.from({ length: 100 }, (_, x) =>
      [...data.slice(4 * (40 * width + 20 + x), 4 * (40 * width + 20 + x) + 3)].join(),
    );
    expect(row).toEqual([...Array(50).fill('255,0,0'), ...Array(50).fill('0,0,255')]);
  });

  it('sets text in its own font, regular and bold, with the signs of the charts', async () => {
    const without = new Resvg(text('loss'), { font: { fontBuffers: [] } });
    expect(inked(without.render().asPng())).toBe(0);
    const regular = inked(await renderPng(text('loss'), { scale: 1 }));
    expect(regular).toBeGreaterThan(100);
    expect(inked(await renderPng(text('loss', 'font-weight="bold"'), { scale: 1 }))).toBeGreaterThan(regular);
    const missing = await renderPng(text('\u{10FFFD}'));
    for (const sign of ['✓', '✗', '…', '–', 'π', 'Ж', '→', '×']) {
      expect(inked(await renderPng(text(sign), { scale: 1 })), sign).toBeGreaterThan(10);
      expect(await renderPng(text(sign)), sign).not.toEqual(missing);
    }
  });

  it('gives the same bytes for the same picture', async () => {
    const svg = await renderCurves(smallRun);
    expect(await renderPng(svg)).toEqual(await renderPng(svg));
  });

  it.each([0, -1, 9, Number.NaN])('refuses the scale %s', async (scale) => {
    await expect(renderPng(document(''), { scale })).rejects.toThrow(
      new PlotError(`scale is ${scale}: give a number from 0.1 to 8`),
    );
  });

  it('refuses what is no SVG', async () => {
    await expect(renderPng('hello')).rejects.toThrow(new PlotError('The picture is no SVG document that can be drawn'));
  });
});
