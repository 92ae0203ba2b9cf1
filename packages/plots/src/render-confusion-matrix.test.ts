import { describe, expect, it } from 'vitest';
import { classed, named, parseXml, texts } from '../test/support/xml.js';
import { PlotError } from './errors.js';
import { renderConfusionMatrix } from './render-confusion-matrix.js';

const counts = [
  [8, 2, 0],
  [1, 1199, 0],
  [0, 0, 0],
];
const names = ['cat', 'dog', 'frog'];

describe('renderConfusionMatrix', () => {
  it('shows every count and its share of the row', async () => {
    const svg = parseXml(await renderConfusionMatrix(counts, names));
    const drawn = (name: string) => texts(classed(svg, name)[0]!);
    expect(drawn('cell-count')).toEqual(['8', '2', '0', '1', '1,199', '0', '0', '0', '0']);
    expect(drawn('cell-share')).toEqual(['80.0%', '20.0%', '0.0%', '0.1%', '99.9%', '0.0%', '–', '–', '–']);
    expect(drawn('true-class')).toEqual(names);
    expect(drawn('predicted-class')).toEqual(names);
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        'Confusion matrix',
        'Accuracy 99.75%: 1,207 of 1,210 correct.',
        'predicted class',
        'true class',
      ]),
    );
    expect(named(svg, 'desc')[0]!.text).toContain(
      'Most frequent confusions: cat taken for dog (2), dog taken for cat (1).',
    );
  });

  it('lays rows out as true classes, top to bottom', async () => {
    const svg = parseXml(await renderConfusionMatrix(counts, names));
    const places = classed(svg, 'cell-count')[0]!.children.map(({ attributes }) =>
      attributes.transform!.match(/[\d.]+/g)!.map(Number),
    );
    expect(places[1]![0]! - places[0]![0]!).toBeCloseTo(58);
    expect(places[1]![1]).toBe(places[0]![1]);
    expect(places[3]![1]! - places[0]![1]!).toBeCloseTo(58);
  });

  it('writes legibly on every shade', async () => {
    const shares = Array.from({ length: 101 }, (_, percent) => [percent, 100 - percent]);
    const matrix = shares.map((row) => [...row, ...Array.from({ length: 99 }, () => 0)]);
    const svg = parseXml(
      await renderConfusionMatrix(
        matrix,
        matrix.map((_, i) => `${i}`),
        { cellSize: 30 },
      ),
    );
    const fills = classed(svg, 'cell')[0]!.children.map(({ attributes }) => attributes.fill!);
    const inks = classed(svg, 'cell-count')[0]!.children.map(({ attributes }) => attributes.fill!);
    fills.forEach((fill, i) => {
      expect(contrast(fill, inks[i]!)).toBeGreaterThan(4.5);
    });
  });

  it('keeps classes of the same name apart', async () => {
    const svg = parseXml(
      await renderConfusionMatrix(
        [
          [1, 2],
          [3, 4],
        ],
        ['same', 'same'],
      ),
    );
    expect(texts(classed(svg, 'cell-count')[0]!)).toEqual(['1', '2', '3', '4']);
    const transforms = classed(svg, 'cell')[0]!.children.map(({ attributes }) => attributes.d);
    expect(new Set(transforms).size).toBe(4);
  });

  it('takes typed arrays, is deterministic and escapes names', async () => {
    const typed = counts.map((row) => Uint32Array.from(row));
    const names = ['<script>', '&', '"'];
    const svg = await renderConfusionMatrix(typed, names);
    expect(await renderConfusionMatrix(counts, names)).toBe(svg);
    expect(named(parseXml(svg), 'script')).toEqual([]);
    expect(texts(classed(parseXml(svg), 'true-class')[0]!)).toEqual(names);
  });

  it.each([
    [[], [], 'The confusion matrix has no rows: give one per class'],
    [[[1, 2]], ['a'], 'Row 0 of the confusion matrix has 2 columns but the matrix 1 rows: it must be square'],
    [[[1]], ['a', 'b'], 'There are 2 class names for a confusion matrix of 1 classes: give one per class'],
    [[[0.5]], ['a'], 'The confusion matrix has 0.5 at [0][0]: counts must be integers of at least 0'],
    [[[-1]], ['a'], 'The confusion matrix has -1 at [0][0]: counts must be integers of at least 0'],
    [[[Number.NaN]], ['a'], 'The confusion matrix has NaN at [0][0]: counts must be integers of at least 0'],
  ])('refuses %j with names %j', async (matrix, classNames, message) => {
    await expect(renderConfusionMatrix(matrix, classNames)).rejects.toThrow(new PlotError(message));
  });

  it('refuses a cell size out of range', async () => {
    await expect(renderConfusionMatrix([[1]], ['a'], { cellSize: 3 })).rejects.toThrow(
      'cellSize is 3: give a number from 30 to 200',
    );
  });
});

/** Returns the contrast ratio of WCAG 2. */
function contrast(...colours: [string, string]): number {
  const [high, low] = colours.map(luminance).sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const channels = colour.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
    : colour.match(/\d+/g)!.map(Number);
  const [r, g, b] = channels.map((value) => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
