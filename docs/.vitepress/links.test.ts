import MarkdownIt from 'markdown-it';
import { expect, test } from 'vitest';
import { addressOf, pageOf, repositoryLinks, root, targetOf } from './links.js';

function html(page: string, text: string): string {
  const md = new MarkdownIt({ html: true });
  repositoryLinks(md as never);
  return md.render(text, { path: root + page });
}

test('a README is the index of its folder', () => {
  expect(pageOf('README.md')).toBe('index.md');
  expect(pageOf('packages/gemm/README.md')).toBe('packages/gemm/index.md');
  expect(pageOf('docs/engines.md')).toBe('docs/engines.md');
});

test.each([
  ['docs/engines.md', '/docs/engines.md'],
  ['packages/gemm', '/packages/gemm/index.md'],
  ['packages/gemm/src/', '/docs/source/packages/gemm/src.md'],
  ['packages/gemm/src/index.ts', '/docs/source/packages/gemm/src/index.ts.md'],
])('%s is shown at %s', (path, address) => {
  expect(addressOf(path)).toBe(address);
});

test.each(['https://example.org/a.md', 'mailto:x@example.org', '#here', '/docs/engines.md'])(
  '%s stays as it is',
  (href) => {
    expect(targetOf(href, 'docs/README.md')).toBeUndefined();
    expect(html('docs/README.md', `[x](${href})`)).toContain(`href="${href}"`);
  },
);

test('links lead to pages with their headings, and to sources', () => {
  const text = '[a](../README.md#two-commands) [b](../packages/gemm) [c](../scripts/docs.mjs)';
  expect(html('docs/README.md', text)).toBe(
    '<p><a href="/index.md#two-commands">a</a> <a href="/packages/gemm/index.md">b</a> ' +
      '<a href="/docs/source/scripts/docs.mjs.md">c</a></p>\n',
  );
});

test('on the page to be printed, answers lead to each other', () => {
  const text = '[a](1.1a-linear.md#the-code) [b](../engines.md)';
  expect(html('docs/practical/print.md', text)).toBe(
    '<p><a href="#11-a-the-linear-module">a</a> <a href="/docs/engines.md">b</a></p>\n',
  );
});

test('quoted code says where it comes from', () => {
  const shown = html('docs/practical/1.2-mlp.md', '<!-- code packages/gemm/src/index.ts -->\n```ts\nx\n```\n');
  expect(shown).toContain('<p class="code-origin"><a href="/docs/source/packages/gemm/src/index.ts.md">');
});
