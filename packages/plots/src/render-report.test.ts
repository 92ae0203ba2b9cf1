import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { smallRun } from '../test/support/runs.js';
import { PlotError } from './errors.js';
import { escapeMarkup } from './escape.js';
import { renderConfusionMatrix } from './render-confusion-matrix.js';
import { renderCurves } from './render-curves.js';
import { renderReport } from './render-report.js';
import type { Report, ReportBlock } from './report.js';

type Node = DefaultTreeAdapterTypes.Node;
const children = (node: Node): Node[] => ('childNodes' in node ? node.childNodes : []);
const nodes = (node: Node): Node[] => [node, ...children(node).flatMap(nodes)];
const count = (html: string, name: string) => nodes(parse(html)).filter(({ nodeName }) => nodeName === name).length;
const textOf = (node: Node): string => ('value' in node ? node.value : children(node).map(textOf).join(''));
const elementsOf = (html: string, name: string) =>
  nodes(parse(html)).filter(({ nodeName }) => nodeName === name) as DefaultTreeAdapterTypes.Element[];
const textsOf = (html: string, name: string) =>
  nodes(parse(html))
    .filter((node) => node.nodeName === name)
    .map(textOf);

const pixel = { data: Uint8Array.of(255, 128, 0), width: 1, height: 1 };

const report = (text: string): Report => ({
  title: text,
  subtitle: text,
  language: text,
  sections: [
    {
      heading: text,
      blocks: [
        { kind: 'text', text },
        { kind: 'settings', settings: { [`key ${text}`]: text, list: [text] }, caption: text },
        { kind: 'table', columns: [text, 'n'], rows: [[text, 1]], rowHeadings: true, caption: text },
        {
          kind: 'images',
          images: [
            {
              ...pixel,
              trueLabel: text,
              predictedLabel: `not ${text}`,
              caption: text,
              probabilities: [{ label: text, probability: 1 }],
            },
          ],
          caption: text,
        },
        { kind: 'images', images: [pixel], label: text },
        { kind: 'part', heading: text, collapsed: true, blocks: [{ kind: 'text', text: 'inside' }] },
      ],
    },
  ],
});

describe('renderReport', () => {
  it('holds settings, tables and pictures', async () => {
    const curves = await renderCurves(smallRun);
    const html = renderReport({
      title: 'A run',
      sections: [
        {
          heading: 'Settings',
          blocks: [
            { kind: 'settings', settings: { rate: 0.1, units: [100, 50], resume: null, on: true, v: { a: 1 } } },
          ],
        },
        { heading: 'Curves', blocks: [{ kind: 'figure', svg: curves, caption: 'Loss and accuracy' }] },
        {
          heading: 'Table',
          blocks: [
            {
              kind: 'table',
              columns: ['step', 'note'],
              rows: [
                [1, 'a'],
                [2, 'b'],
              ],
            },
          ],
        },
        { heading: 'Confusions', blocks: [{ kind: 'figure', svg: await renderConfusionMatrix([[1]], ['a']) }] },
      ],
    });
    expect(textsOf(html, 'h1')).toEqual(['A run']);
    expect(textsOf(html, 'h2')).toEqual(['Settings', 'Curves', 'Table', 'Confusions']);
    expect(textsOf(html, 'td')).toEqual(['0.1', '100, 50', '–', 'true', '{"a":1}', '1', 'a', '2', 'b']);
    expect(textsOf(html, 'figcaption')).toEqual(['Loss and accuracy']);
    expect(count(html, 'svg')).toBe(2);
    expect(html).toContain(curves.trim());
    expect(html).toContain('<td class="number">1</td><td>a</td>');
    expect(html).toContain('<html lang="en">');
  });

  it('stands alone: no script, nothing fetched', async () => {
    const html = renderReport({
      title: 't',
      sections: [{ heading: 'h', blocks: [{ kind: 'figure', svg: await renderCurves(smallRun) }] }],
    });
    expect(html).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'`);
    for (const name of ['script', 'link', 'iframe', 'img', 'base']) expect(count(html, name)).toBe(0);
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import/);
  });

  it('adapts to dark and light, and has a title, a language and a viewport', () => {
    const html = renderReport(report('x'));
    expect(html).toContain('color-scheme: light dark');
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('<meta name="viewport"');
    expect(textsOf(html, 'title')).toEqual(['x']);
  });

  it('makes labels inert', () => {
    const html = renderReport(report('</td></title><script>alert(1)</script><img src=x onerror=alert(1)>"\''));
    expect(count(html, 'script')).toBe(0);
    const images = elementsOf(html, 'img');
    expect(images.map(({ attrs }) => attrs.map(({ name }) => name).join())).toEqual(
      images.map(() => 'src,alt,width,height'),
    );
  });

  it('escapes any string: same elements, the text as given', () => {
    const names = (html: string) =>
      nodes(parse(html))
        .map(({ nodeName }) => nodeName)
        .filter((name) => name !== '#text');
    const expected = names(renderReport(report('x')));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const html = renderReport(report(text));
        expect(names(html)).toEqual(expected);
        // The parser joins line ends and the escape replaces what HTML cannot hold; all else must come back.
        const back = textOf(parse(`<p>${escapeMarkup(text)}</p>`));
        expect(textsOf(html, 'p')).toEqual([back, back, 'inside']);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textsOf(renderReport(report(text)), 'h2')).toEqual([text]);
      }),
    );
  });

  it('nests parts under headings of the next level, open or closed', () => {
    const inner: ReportBlock = { kind: 'part', heading: 'inner', blocks: [{ kind: 'text', text: 'deep' }] };
    const html = renderReport({
      title: 't',
      sections: [
        {
          heading: 'S',
          blocks: [
            { kind: 'part', heading: 'closed', collapsed: true, blocks: [inner] },
            { kind: 'part', heading: 'open', collapsed: false, blocks: [] },
          ],
        },
      ],
    });
    expect(textsOf(html, 'summary')).toEqual(['closed', 'open']);
    expect(textsOf(html, 'h3')).toEqual(['closed', 'open']);
    expect(textsOf(html, 'h4')).toEqual(['inner']);
    const details = elementsOf(html, 'details');
    expect(details.map(({ attrs }) => attrs.some(({ name }) => name === 'open'))).toEqual([false, true]);
    expect(textOf(details[0]!)).toContain('deep');
  });

  it('never goes below the lowest heading', () => {
    const nested = (depth: number): ReportBlock => ({
      kind: 'part',
      heading: `depth ${depth}`,
      blocks: depth === 6 ? [] : [nested(depth + 1)],
    });
    const html = renderReport({ title: 't', sections: [{ heading: 'S', blocks: [nested(1)] }] });
    expect(textsOf(html, 'h6')).toEqual(['depth 4', 'depth 5', 'depth 6']);
  });

  it('heads rows with their first cell when asked to', () => {
    const table = { kind: 'table', columns: ['run', 'steps'], rows: [['a', 3]] } as const;
    const render = (rowHeadings: boolean) =>
      renderReport({ title: 't', sections: [{ heading: 'S', blocks: [{ ...table, rowHeadings }] }] });
    expect(render(true)).toContain('<tr><th scope="row">a</th><td class="number">3</td></tr>');
    expect(render(false)).toContain('<tr><td>a</td><td class="number">3</td></tr>');
  });

  it('is deterministic', () => {
    expect(renderReport(report('x'))).toBe(renderReport(report('x')));
  });

  it.each([
    [
      { kind: 'table', columns: ['a', 'b'], rows: [['1', '2'], ['1']] },
      'Block 0 of section "S" has 1 cells in row 1 for 2 columns: give one per column',
    ],
    [
      { kind: 'figure', svg: '<svg><script/></svg>' },
      'Block 0 of section "S" holds an element <script>: give an SVG document made by this package',
    ],
    [
      { kind: 'part', heading: 'P', blocks: [{ kind: 'images', images: [] }] },
      'Block 0 of part "P" has no image: give at least one',
    ],
    [
      { kind: 'video' },
      'Block 0 of section "S" has the kind "video": choose one of text, settings, table, figure, images, part',
    ],
  ])('refuses %j', (block, message) => {
    const bad = { title: 't', sections: [{ heading: 'S', blocks: [block] }] } as unknown as Report;
    expect(() => renderReport(bad)).toThrow(new PlotError(message));
  });
});
