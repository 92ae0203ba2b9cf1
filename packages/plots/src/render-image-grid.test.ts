import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { classed, named, parseXml, texts } from '../test/support/xml.js';
import { PlotError } from './errors.js';
import { imageFromValues } from './image-from-values.js';
import type { GridImage } from './image-texts.js';
import { renderImageGrid } from './render-image-grid.js';

const chw: GridImage = { data: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), width: 2, height: 2 };

function pixels(svg: string, index = 0) {
  const href = named(parseXml(svg), 'image')[index]!.attributes.href!;
  return decode(Buffer.from(href.replace('data:image/png;base64,', ''), 'base64'));
}

describe('renderImageGrid', () => {
  it('holds the very pixels, from planes or interleaved', () => {
    const interleaved = [1, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12];
    expect(pixels(renderImageGrid([chw]))).toMatchObject({ width: 2, height: 2, channels: 3 });
    expect([...pixels(renderImageGrid([chw])).data]).toEqual(interleaved);
    const hwc: GridImage = { ...chw, layout: 'HWC', data: Uint8ClampedArray.from(interleaved) };
    expect([...pixels(renderImageGrid([hwc])).data]).toEqual(interleaved);
  });

  it('draws grey images', () => {
    const grey = pixels(renderImageGrid([{ data: Uint8Array.from([0, 128, 255]), width: 3, height: 1, channels: 1 }]));
    expect(grey).toMatchObject({ width: 3, height: 1, channels: 1 });
    expect([...grey.data]).toEqual([0, 128, 255]);
  });

  it('says what is right and marks what is wrong', () => {
    const svg = parseXml(
      renderImageGrid([
        { ...chw, trueLabel: 'cat', predictedLabel: 'cat', caption: 'p = 0.9' },
        { ...chw, trueLabel: 'cat', predictedLabel: 'dog' },
        { ...chw, predictedLabel: 'frog' },
        { ...chw, trueLabel: 'ship' },
      ]),
    );
    expect(texts(svg)).toEqual([
      '1 of 2 predictions are right.',
      '✓ cat',
      'p = 0.9',
      '✗ dog',
      'true: cat',
      'frog',
      'ship',
    ]);
    const cells = classed(svg, 'image');
    expect(cells.map((cell) => classed(cell, 'wrong').length)).toEqual([0, 1, 0, 0]);
    expect(cells.map((cell) => named(cell, 'title')[0]!.text)).toEqual([
      '✓ cat, p = 0.9',
      '✗ dog, true: cat',
      'frog',
      'ship',
    ]);
  });

  it('fills rows from the left and fits its size to them', () => {
    const svg = parseXml(renderImageGrid([chw, chw, chw], { columns: 2, imageSize: 50 }));
    const places = named(svg, 'image').map(({ attributes: { x, y } }) => [Number(x), Number(y)]);
    expect(places[0]![1]).toBe(places[1]![1]);
    expect(places[2]![0]).toBe(places[0]![0]);
    expect(places[2]![1]! - places[0]![1]!).toBeGreaterThanOrEqual(50);
    expect(Number(svg.attributes.width)).toBe(20 + 50 + 14 + 50 + 20);
    expect(Number(svg.attributes.height)).toBeGreaterThanOrEqual(places[2]![1]! + 50);
  });

  it('is deterministic and escapes its texts', () => {
    const images: GridImage[] = [{ ...chw, caption: '<script>&"', trueLabel: '</svg>', predictedLabel: "'" }];
    const svg = renderImageGrid(images, { title: '<b>' });
    expect(renderImageGrid(images, { title: '<b>' })).toBe(svg);
    expect(texts(parseXml(svg))).toEqual(expect.arrayContaining(['<b>', '<script>&"', 'true: </svg>', "✗ '"]));
  });

  it.each([
    [[], {}, 'There is no image to draw: give at least one'],
    [[{ ...chw, width: 3 }], {}, 'Image 0 has 12 bytes where 3 x 2 x 3 = 18 are expected: check its size and channels'],
    [[chw, { ...chw, width: 0 }], {}, 'Image 1 is 0 x 2: width and height must be positive integers'],
    [[{ ...chw, channels: 4 }], {}, 'Image 0 has 4 channels: give 1 (grey) or 3 (RGB)'],
    [[{ ...chw, layout: 'WHC' }], {}, 'Image 0 has the layout "WHC": choose one of CHW, HWC'],
    [
      [{ ...chw, data: new Float32Array(12) }],
      {},
      'Image 0 holds no bytes: give a Uint8Array (imageFromValues makes one of any numbers)',
    ],
    [[chw], { columns: 0 }, 'columns is 0: give a number from 1 to 100'],
    [[chw], { imageSize: Number.NaN }, 'imageSize is NaN: give a number from 8 to 1000'],
  ])('refuses what it cannot draw (%#)', (images, options, message) => {
    expect(() => renderImageGrid(images as GridImage[], options)).toThrow(new PlotError(message));
  });
});

describe('imageFromValues', () => {
  const size = { width: 5, height: 1, channels: 1 } as const;

  it('puts zero in the middle', () => {
    expect([...imageFromValues([-2, -1, 0, 1, 2], size).data]).toEqual([0, 64, 128, 191, 255]);
    expect([...imageFromValues([0, 0, 0, 0, 0], size).data]).toEqual([128, 128, 128, 128, 128]);
  });

  it('takes a range, clips to it, and shows what is not finite as the middle', () => {
    const { data } = imageFromValues([-1, 0, 0.5, 2, Number.NaN], { ...size, range: [0, 1] });
    expect([...data]).toEqual([0, 0, 128, 255, 128]);
  });

  it('refuses a range that does not increase', () => {
    expect(() => imageFromValues([1], { ...size, range: [1, 1] })).toThrow(
      'The range is [1, 1]: give two increasing finite numbers',
    );
  });
});
