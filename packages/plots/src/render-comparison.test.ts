import { describe, expect, it } from 'vitest';
import { classed, named, parseXml, texts } from '../test/support/xml.js';
import { PlotError } from './errors.js';
import { renderComparison } from './render-comparison.js';

const entries = [
  { name: 'sgd', values: [0.5, 0.52] },
  { name: 'adam', values: [0.53, 0.55, 0.57], marked: true },
  { name: 'adamw', values: [0.51] },
];
const svgOf = async (...args: Parameters<typeof renderComparison>) => parseXml(await renderComparison(...args));
type Svg = Awaited<ReturnType<typeof svgOf>>;
/** Returns where the marks of a name stand. */
const places = (svg: Svg, name: string) =>
  classed(svg, name)[0]!.children.map(({ attributes }) => attributes.transform!.match(/-?[\d.]+/g)!.map(Number));
const lengths = (svg: Svg, name: string) =>
  classed(svg, name)[0]!.children.map(({ attributes }) => Number(attributes.x2));

describe('renderComparison', () => {
  it('has a row for each entry with its numbers, the highest mean first', async () => {
    const svg = await svgOf(entries, { title: 'Optimizers', axisTitle: 'validation accuracy (%)' });
    const drawn = texts(svg);
    const inOrder = ['adam', '55.00 ± 2.00', 'adamw', '51.00', 'sgd', '51.00 ± 1.41'];
    expect(drawn.filter((text) => inOrder.includes(text))).toEqual([
      'adam',
      '55.00 ± 2.00',
      'sgd',
      '51.00 ± 1.41',
      'adamw',
      '51.00',
    ]);
    expect(drawn).toEqual(expect.arrayContaining(['Optimizers', 'validation accuracy (%)']));
    expect(named(svg, 'desc')[0]!.text).toBe(
      'validation accuracy (%): adam 55.00 ± 2.00 (3 values); sgd 51.00 ± 1.41 (2 values); adamw 51.00 (1 value).',
    );
  });

  it('places means, values and bars on one scale', async () => {
    const svg = await svgOf(entries);
    const means = places(svg, 'mean');
    const singles = places(svg, 'single');
    // adam: 53, 55 and 57, whose mean is the one in the middle and whose deviation is 2.
    expect(singles[1]).toEqual(means[0]);
    const perPercent = (singles[2]![0]! - singles[0]![0]!) / 4;
    expect(perPercent).toBeGreaterThan(0);
    expect((means[0]![0]! - means[1]![0]!) / perPercent).toBeCloseTo(4, 1);
    expect(means.map(([, y]) => y)).toEqual([13, 39, 65]);
    const bars = places(svg, 'bar');
    expect(bars).toHaveLength(2);
    expect((means[0]![0]! - bars[0]![0]!) / perPercent).toBeCloseTo(2, 1);
    expect(lengths(svg, 'bar')[0]! / perPercent).toBeCloseTo(4, 1);
    expect(lengths(svg, 'bar')[1]! / perPercent).toBeCloseTo(2 * Math.SQRT2, 1);
    expect(places(svg, 'cap-low')[0]![0]).toBe(bars[0]![0]);
    expect(places(svg, 'cap-high')[0]![0]).toBeCloseTo(bars[0]![0]! + lengths(svg, 'bar')[0]!, 1);
  });

  it('marks the chosen one by colour and weight', async () => {
    const svg = await svgOf(entries);
    const fills = classed(svg, 'mean')[0]!.children.map(({ attributes }) => attributes.fill);
    expect(fills).toEqual(['#D55E00', '#0072B2', '#0072B2']);
    const weights = [0, 1, 2].map((row) => classed(svg, `name${row}`)[0]!.children[0]!.attributes['font-weight']);
    expect(weights).toEqual(['bold', undefined, undefined]);
  });

  it('leaves the order of equals, and does not change its input', async () => {
    const equals = ['b', 'a', 'c'].map((name) => ({ name, values: [0.5] }));
    const drawn = texts(await svgOf(equals));
    expect(drawn.filter((text) => /^[abc]$/.test(text))).toEqual(['b', 'a', 'c']);
    expect(equals.map(({ name }) => name)).toEqual(['b', 'a', 'c']);
  });

  it('shortens long names, escapes them, and gives the same bytes for the same input', async () => {
    const odd = [
      { name: 'dnn-hidden-units 1024,1024,512, '.repeat(9), values: [0.1, 0.9] },
      { name: '<script>', values: [0] },
    ];
    const svg = await renderComparison(odd);
    expect(await renderComparison(odd)).toBe(svg);
    const drawn = texts(parseXml(svg));
    expect(drawn).toContain('<script>');
    expect(drawn.find((text) => text.startsWith('dnn-hidden'))).toMatch(/…$/);
    expect(named(parseXml(svg), 'script')).toEqual([]);
  });

  it.each<[Parameters<typeof renderComparison>, string]>([
    [[[]], 'There is nothing to compare: give one entry at least'],
    [[[{ name: 'a', values: [] }]], 'Entry "a" has no values: give one at least, or leave it out'],
    [[[{ name: 'a', values: [0.5, 52] }]], 'Entry "a" has 52: accuracies must be from 0 to 1'],
    [[[{ name: 'a', values: [Number.NaN] }]], 'Entry "a" has NaN: accuracies must be from 0 to 1'],
    [[entries, { width: 100 }], 'width is 100: give a number from 320 to 10000'],
    [
      [[{ name: 'm'.repeat(99), values: [0.5, 0.6] }], { width: 320 }],
      'The panel would have 27 pixels, too few to read: give a larger width or shorter names',
    ],
  ])('refuses %j', async (args, message) => {
    await expect(renderComparison(...args)).rejects.toThrow(new PlotError(message));
  });
});
