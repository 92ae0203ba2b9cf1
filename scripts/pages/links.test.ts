import { expect, test } from 'vitest';
import { brokenLinks, reachablePages } from './links.js';
import { markdownPages, root } from './markdown-pages.js';

const pages = markdownPages();

test.each(pages)('links of $path lead somewhere', (page) => {
  expect(brokenLinks(page, root)).toEqual([]);
});

test('every page of docs can be reached from its index, and the index from the first page', () => {
  const docs = pages.filter(({ path }) => path.startsWith('docs/'));
  expect([...reachablePages('docs/README.md', docs)].sort()).toEqual(docs.map(({ path }) => path).sort());
  expect(reachablePages('README.md', pages)).toContain('docs/README.md');
});

test('the map leads to every package', () => {
  const known = pages.filter(({ path }) =>
    /^(docs\/the-map|packages\/(?!ort-(linux|darwin|win32))[^/]+\/README)\.md$/.test(path),
  );
  expect([...reachablePages('docs/the-map.md', known)].sort()).toEqual(known.map(({ path }) => path).sort());
});

test('a page that nothing leads to is found', () => {
  const text = '[x](b/#heading) [y](missing.md) `[z](c.md)`';
  const known = ['a.md', 'b/README.md', 'c.md'].map((path) => ({
    path,
    text: path === 'a.md' ? text : '[x](../a.md)',
  }));
  expect([...reachablePages('a.md', known)]).toEqual(['a.md', 'b/README.md']);
});

test.each([
  ['[x](docs/missing.md)', 'README.md:1: docs/missing.md: there is no docs/missing.md'],
  ['[x](../README.md)', 'README.md:1: ../README.md: there is no ../README.md'],
  ['text\n![x](missing.png "title")', 'README.md:2: missing.png: there is no missing.png'],
  ['[x]: missing.md', 'README.md:1: missing.md: there is no missing.md'],
  ['<img alt="" src="missing.png">', 'README.md:1: missing.png: there is no missing.png'],
  ['# One\n\n[x](#two)', 'README.md:3: #two: README.md has no heading #two'],
  [
    '[x](packages/trainer/README.md#on-tape)',
    'README.md:1: packages/trainer/README.md#on-tape: packages/trainer/README.md has no heading #on-tape',
  ],
  ['[x](packages#trainer)', 'README.md:1: packages#trainer: only pages have headings'],
])('the check finds what is wrong with %j', (text, message) => {
  expect(brokenLinks({ path: 'README.md', text }, root)).toEqual([message]);
});

test.each([
  '[x](https://arxiv.org/abs/1412.6980), [y](mailto:x@example.org)',
  '[x](packages/trainer), [y](packages/trainer/README.md#on-disk), `[z](missing.md)`',
  '```\n[x](missing.md)\n```',
  '# `train` and `fit`\n\n# A & B\n\n# Same\n\n## Same\n\n[x](#train-and-fit) [y](#a--b) [z](#same-1)',
])('the check lets %j pass', (text) => {
  expect(brokenLinks({ path: 'README.md', text }, root)).toEqual([]);
});
