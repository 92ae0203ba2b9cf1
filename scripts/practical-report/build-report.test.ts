import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { root } from '../lib/workspace.mjs';
import { buildReport } from './build-report.mjs';
import { ReportError } from './problems.mjs';

const origin = [{ name: 'Date', values: ['2001-02-03'] }];
const index = (...rows: string[]) =>
  ['# Answers', '', 'All of them.', '', '| question | page | code |', '|---|---|---|', ...rows, ''].join('\n');
const row = '| 1.1 a | [The first](a.md) | [`x.ts`](../../src/x.ts) |';
const page = (text: string) => `# 1.1 a: the first\n\n${text}\n`;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Makes a repository of one question, with what is named put in its place. */
function repository(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cifarlab-report-'));
  folders.push(folder);
  const all = {
    'package.json': '{}',
    'src/x.ts': 'export const x = 1;\n',
    'README.md': '# The whole\n\n## A part\n',
    'docs/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
    'docs/practical/README.md': index(row),
    'docs/practical/a.md': page('Text.'),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const built = (files: Record<string, string>) => buildReport({ root: repository(files), origin }).html;
const builtPage = (text: string, files: Record<string, string> = {}) =>
  built({ ...files, 'docs/practical/a.md': page(text) });

function problemsOf(build: () => unknown): readonly string[] {
  try {
    build();
  } catch (error) {
    if (error instanceof ReportError) return error.problems;
    throw error;
  }
  return [];
}

describe('what keeps a report from being made', () => {
  test.each([
    ['Of\n$\\frac{1}$ it', 'docs/practical/a.md:4: this formula does not compile: ', ': \\frac{1}'],
    ['$$\na\n\\nosuch\n$$', 'docs/practical/a.md:5: this formula does not compile: Undefined control sequence'],
    ['- one\n- costs $5', 'docs/practical/a.md:4: a dollar begins a formula that does not end'],
    ['$$\na', 'docs/practical/a.md:3: a dollar begins a formula that does not end'],
    ['![Curves](../curves.png)', 'docs/practical/a.md:3: there is no picture docs/curves.png'],
    ['![x](../../../x.png)', 'docs/practical/a.md:3: there is no picture ../x.png'],
    ['![x](https://example.org/x.png)', 'docs/practical/a.md:3: the picture https://example.org/x.png is not in'],
    ['![x](../../src/x.ts)', 'docs/practical/a.md:3: the picture src/x.ts is none of .png'],
    ['a\n\n| b |\n|---|\n| c |\n| [d](b.md) |', 'docs/practical/a.md:8: there is no docs/practical/b.md'],
    ['[x](#there)', 'docs/practical/a.md:3: docs/practical/a.md has no heading #there'],
    ['[x](README.md#there)', 'docs/practical/a.md:3: docs/practical/README.md has no heading #there'],
    ['[x](../../README.md#there)', 'docs/practical/a.md:3: README.md has no heading #there'],
    ['[x](../../src/x.ts#L1)', 'docs/practical/a.md:3: ../../src/x.ts#L1: only pages have headings'],
    ['[x](../../../x)', 'docs/practical/a.md:3: ../../../x leads out of the repository'],
    ['[x](/README.md)', 'docs/practical/a.md:3: /README.md is neither a path'],
    ['<!-- a\ncomment -->\n<img src="x.png">', 'docs/practical/a.md:5: HTML is not taken into the report'],
  ])('%j', (text, ...messages) => {
    const problems = problemsOf(() => builtPage(text));
    expect(problems).toHaveLength(1);
    for (const message of messages) expect(problems[0]).toContain(message);
  });

  test.each([
    [index(), 'docs/practical/README.md:5: the table has no row for a.md'],
    [index(row, '| 2 | [Lost](lost.md) | |'), 'docs/practical/README.md:8: there is no page lost.md'],
    [index(row, row), 'docs/practical/README.md:8: a.md has a row already'],
    [index(row, '| 2 | soon | |'), 'docs/practical/README.md:8: this row lacks the number'],
    [index(row, '| | [The first](a.md) | |'), 'docs/practical/README.md:8: this row lacks the number'],
    [index(row.replace('src/x.ts', 'src/y.ts')), 'docs/practical/README.md:7: there is no src/y.ts'],
  ])('an index that is not that of the pages: %j', (text, problem) => {
    expect(problemsOf(() => built({ 'docs/practical/README.md': text })).join('\n')).toContain(problem);
  });

  test('an index without its table', () => {
    expect(problemsOf(() => built({ 'docs/practical/README.md': '# Answers\n' }))).toEqual([
      'docs/practical/README.md:1: there is no table whose first columns are "question" and "page"',
    ]);
  });

  test('all of it is found at once', () => {
    expect(problemsOf(() => builtPage('$\\nosuch$\n\n[x](y.md)\n\n![z](z.png)'))).toHaveLength(3);
  });
});

describe('the report', () => {
  test('has the questions in the order of the index, headed by number and title', () => {
    const html = built({
      'docs/practical/README.md': index('| 2 | [Second](b.md) | |', row),
      'docs/practical/b.md': '# 2: second\n\n## Part\n\n### Detail\n',
    });
    const headings = [...html.matchAll(/<h(\d)[^>]*>(.*?)<\/h\d>/g)].map(([, level, text]) => `${level} ${text}`);
    expect(headings).toEqual([
      '1 Answers',
      '2 Contents',
      '2 2\u2002Second',
      '3 Part',
      '4 Detail',
      '2 1.1 a\u2002The first',
    ]);
    expect(html.indexOf('<a href="#b">')).toBeLessThan(html.indexOf('<a href="#a">'));
    expect(html).toContain('2001-02-03');
  });

  test('leads from page to page by anchors', () => {
    const html = built({
      'docs/practical/README.md': index('| 2 | [Second](b.md) | |', row),
      'docs/practical/a.md': page('[one](b.md), [two](b.md#the-x-part), [index](README.md), [here](#end)\n\n## End'),
      'docs/practical/b.md': '# 2: second\n\n## The `x` part\n',
    });
    for (const link of ['#b">one', '#b--the-x-part">two', '#contents">index', '#a--end">here']) {
      expect(html).toContain(`<a href="${link}</a>`);
    }
    for (const id of ['b', 'b--the-x-part', 'contents', 'a--end']) expect(html).toContain(`id="${id}"`);
  });

  test('leaves out the line that leads from page to page', () => {
    const html = builtPage('Text · more.\n\n[index](README.md) · next: [1.1 a](a.md)');
    expect(html).toContain('Text · more.');
    expect(html).not.toContain('next:');
  });

  test.each([
    ['[`x.ts`](../../src/x.ts)', '<p><code class="path">src/<wbr>x.ts</code></p>'],
    ['[the value](../../src/x.ts)', '<p>the value (<code class="path">src/<wbr>x.ts</code>)</p>'],
    ['[sources](../../src/)', '<p>sources (<code class="path">src</code>)</p>'],
    ['[a part](../../README.md#a-part)', '<p>a part (<code class="path">README.md</code>)</p>'],
    ['[paper](https://example.org/a?b=c)', '<p><a href="https://example.org/a?b=c">paper</a></p>'],
  ])('says where %s leads', (text, html) => {
    expect(builtPage(text)).toContain(html);
  });

  test.each([
    'https://code.example.org/o/r',
    'git+https://code.example.org/o/r.git',
    'git@code.example.org:o/r.git',
    'git+ssh://git@code.example.org/o/r.git',
  ])('links to the sources of a repository at %s', (url) => {
    const html = builtPage('[x](../../src/x.ts), [y](../../src), [z](../../README.md#a-part)', {
      'package.json': JSON.stringify({ repository: { type: 'git', url } }),
    });
    for (const path of ['blob/HEAD/src/x.ts', 'tree/HEAD/src', 'blob/HEAD/README.md#a-part']) {
      expect(html).toContain(`<a href="https://code.example.org/o/r/${path}">`);
    }
  });

  test('keeps the text between marks, not the marks', () => {
    const html = builtPage(
      'A\n<!-- result mlp/metrics.jsonl step=1 loss -->2.30<!-- /result --> **of** it.\n\n' +
        '<!-- code src/x.ts -->\n```ts\nconst a = b < c; // <!-- stays -->\n```\n\n`<!-- stays, too -->`',
    );
    expect(html).toContain('<p>A\n2.30 <strong>of</strong> it.</p>');
    expect(html).not.toContain('result');
    expect(html).toContain('<figcaption><code class="path">src/<wbr>x.ts</code></figcaption>');
    expect(html).toContain('const a = b &lt; c; // &lt;!-- stays --&gt;\n');
    expect(html).toContain('<code>&lt;!-- stays, too --&gt;</code>');
  });

  test('sets formulas in text, tables, lists and headings', () => {
    const html = builtPage(
      '## Of $a$\n\n| $b$ |\n|---|\n| $c$ |\n\n- $d$\n\n  $$\n  e\n  f\n  $$\n\nText\n$$\ng\n$$\nText, \\$5 and `$h$`.',
    );
    const formulas = [...html.matchAll(/<annotation encoding="application\/x-tex">(.*?)<\/annotation>/gs)];
    expect(formulas.map(([, tex]) => tex?.trim())).toEqual(['a', 'b', 'c', 'd', 'e\nf', 'g']);
    expect(html.match(/class="katex-display"/g)).toHaveLength(2);
    expect(html).toContain('Text, $5 and <code>$h$</code>.');
    expect(html).toContain('id="a--of-a"');
  });

  test('makes a figure of a picture that stands alone', () => {
    const html = builtPage('![A *dot*](../dot.svg)\n\nText ![b](../dot.svg).');
    expect(html).toMatch(
      /<figure><img src="data:image\/svg\+xml;base64,[\w+/=]+" alt="A dot"><figcaption>A dot<\/figcaption><\/figure>/,
    );
    expect(html).toMatch(/<p>Text <img src="data:image\/svg\+xml;base64,[\w+/=]+" alt="b">\.<\/p>/);
  });
});

describe('the report of this repository', () => {
  const { html, questions } = buildReport({ root, origin });

  test('has every page, in the order of the index', () => {
    const folder = join(root, 'docs/practical');
    const rows = [
      ...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| ([^|]+) \| \[([^\]]+)\]\((.+?)\)/gm),
    ];
    expect(questions.map(({ heading }) => heading)).toEqual(rows.map(([, number, title]) => `${number}\u2002${title}`));
    expect(rows.map(([, , , file]) => file).sort()).toEqual(
      readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md'),
    );
    const places = questions.map(({ id, heading }) => html.indexOf(`id="${id}">\n<h2>${heading}</h2>`));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('needs nothing beside it', () => {
    expect(html).not.toMatch(/<(script|link|iframe|object|embed)\b/);
    const addresses = [...html.matchAll(/<(\w+)\b[^>]*?\s(?:src|href|srcset|poster|data)="([^"]*)"/g)];
    expect(addresses.filter(([, tag, address]) => tag !== 'a' && !address?.startsWith('data:'))).toEqual([]);
    const loaded = [...html.matchAll(/url\(["']?([^)]{0,60})|@import.{0,60}/g)].map(([whole, url]) => url ?? whole);
    expect(loaded.filter((url) => !url.startsWith('data:'))).toEqual([]);
  });

  test('leads to places that it has', () => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...html.matchAll(/<a href="#([^"]+)"/g)].map(([, target]) => decodeURI(target!));
    expect(targets.length).toBeGreaterThan(questions.length);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  test('shows no marks of Markdown', () => {
    const text = html.replaceAll(/<(style|annotation|code)\b.*?<\/\1>/gs, '').replaceAll(/<[^>]+>/g, '');
    expect(text).not.toMatch(/\$|<!--|-->|\]\(|\*\*|^#+ /m);
    expect(html.replaceAll(/<(style|pre)\b.*?<\/\1>/gs, '')).not.toMatch(/<!--/);
    expect(html).not.toContain('katex-error');
  });
});
