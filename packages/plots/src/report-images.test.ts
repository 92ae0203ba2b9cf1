import { decode } from 'fast-png';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import { PlotError } from './errors.js';
import type { ReportBlock, ReportImage } from './report.js';
import { imageList } from './report-images.js';

type Images = Extract<ReportBlock, { kind: 'images' }>;
type Element = DefaultTreeAdapterTypes.Element;

const image: ReportImage = { data: Uint8Array.from([1, 2, 3, 4, 5, 6]), width: 2, height: 1 };
const list = (images: readonly ReportImage[], options: Partial<Images> = {}) =>
  imageList({ kind: 'images', images, ...options }, 'Block 3');

function elements(html: string, name: string): Element[] {
  const below = (node: DefaultTreeAdapterTypes.Node): Element[] =>
    'childNodes' in node
      ? node.childNodes.flatMap((child) => [...('tagName' in child ? [child] : []), ...below(child)])
      : [];
  return below(parseFragment(html)).filter(({ tagName }) => tagName === name);
}
const attribute = ({ attrs }: Element, name: string) => attrs.find((attr) => attr.name === name)?.value;
const textOf = (node: DefaultTreeAdapterTypes.Node): string =>
  'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';

describe('imageList', () => {
  it('holds the very pixels, at the size that is asked for', () => {
    const [img] = elements(list([image], { imageSize: 64 }), 'img');
    const png = attribute(img!, 'src')!.replace('data:image/png;base64,', '');
    expect(decode(Buffer.from(png, 'base64'))).toMatchObject({ width: 2, height: 1, channels: 3 });
    expect([...decode(Buffer.from(png, 'base64')).data]).toEqual([1, 3, 5, 2, 4, 6]);
    expect([attribute(img!, 'width'), attribute(img!, 'height')]).toEqual(['64', '32']);
  });

  it('says what a prediction is and how sure, and marks what is wrong', () => {
    const html = list([
      { ...image, trueLabel: 'cat', predictedLabel: 'cat' },
      {
        ...image,
        trueLabel: 'cat',
        predictedLabel: 'dog',
        caption: 'test image 7',
        probabilities: [
          { label: 'dog', probability: 0.61251 },
          { label: 'cat', probability: 0.2 },
        ],
      },
    ]);
    const items = elements(html, 'li');
    expect(items.map(textOf)).toEqual(['✓ cat', '✗ dogtrue: cattest image 7dog 61.3%cat 20.0%']);
    expect(items.map((item) => attribute(item, 'class'))).toEqual([undefined, 'is-wrong']);
    const bars = elements(html, 'span').filter((span) => attribute(span, 'class') === 'share');
    expect(bars.map((bar) => attribute(bar, 'style'))).toEqual(['--share:61.3%', '--share:20.0%']);
  });

  it('has an alternative text for each image', () => {
    const images = [
      { trueLabel: 'cat', caption: 'c' },
      { caption: 'unit 3' },
      { alt: 'a "cat"', trueLabel: 'cat' },
      {},
    ];
    const html = list(images.map((texts) => ({ ...image, ...texts })));
    expect(elements(html, 'img').map((img) => attribute(img, 'alt'))).toEqual(['cat', 'unit 3', 'a "cat"', 'image']);
  });

  it('has one text for all images when asked to', () => {
    const html = list([image, image], { label: 'two filters' });
    expect(elements(html, 'img').map((img) => attribute(img, 'alt'))).toEqual(['', '']);
    const [group] = elements(html, 'div');
    expect([attribute(group!, 'role'), attribute(group!, 'aria-label')]).toEqual(['img', 'two filters']);
  });

  it.each([
    [[], {}, 'Block 3 has no image: give at least one'],
    [[{ ...image, width: 0 }], {}, 'Image 0 of Block 3 is 0 x 1: width and height must be positive integers'],
    [[image], { imageSize: 4 }, 'imageSize of Block 3 is 4: give a number from 8 to 1000'],
    [
      [{ ...image, probabilities: [{ label: 'cat', probability: Number.NaN }] }],
      {},
      'probability 0 of image 0 of Block 3 is NaN: give a number from 0 to 1',
    ],
  ])('refuses what it cannot show (%#)', (images, options, message) => {
    expect(() => list(images, options)).toThrow(new PlotError(message));
  });
});
