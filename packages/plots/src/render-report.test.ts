import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { smallRun } from '../test/runs.js';
import { PlotError } from './errors.js';
import { escapeMarkup } from './escape.js';
import { renderConfusionMatrix } from './render-confusion-matrix.js';
import { renderCurves } from './render-curves.js';
import { type Report, renderReport } from './render-report.js';

type Node = DefaultTreeAdapterTypes.Node;
const children = (node: Node): Node[] => ('childNodes' in node ? node.childNodes : []);
const nodes = (node: Node): Node[] => [node, ...children(node).flatMap(nodes)];
const count = (html: string, name: string) => nodes(parse(html)).filter(({ nodeName }) => nodeName === name).length;
const textOf = (node: Node): string => ('value' in node ? node.value : children(node).map(textOf).join(''));
const textsOf = (html: string, name: string) =>
  nodes(parse(html))
    .filter((node) => node.nodeName === name)
    .map(textOf);

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
        { kind: 'table', columns: [text, 'n'], rows: [[text, 1]], caption: text },
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
    expect(count(html, 'script') + count(html, 'img')).toBe(0);
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
        expect(textsOf(html, 'p')).toEqual([back, back]);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textsOf(renderReport(report(text)), 'h2')).toEqual([text]);
      }),
    );
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
    [{ kind: 'video' }, 'Block 0 of section "S" has the kind "video": choose one of text, settings, table, figure'],
  ])('refuses %j', (block, message) => {
    const bad = { title: 't', sections: [{ heading: 'S', blocks: [block] }] } as unknown as Report;
    expect(() => renderReport(bad)).toThrow(new PlotError(message));
  });
});
