import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../docs/practical', import.meta.url));
const pages = readdirSync(folder).filter((file) => file.endsWith('.md'));
const read = (page: string) => readFileSync(`${folder}/${page}`, 'utf8');

/** Returns the page without its code, fenced and inline. */
const prose = (page: string) => page.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]+`/g, '');

/**
 * Returns what keeps the mathematics of a page from reaching the renderer of a code host as it is written: Markdown
 * comes first, and interprets some of it.
 */
function troublesIn(page: string): string[] {
  const text = prose(page);
  const blocks = [...text.matchAll(/^\$\$\n(.*?)\n\$\$$/gms)].map(([, math]) => math!);
  const rest = text.replaceAll(/^\$\$\n.*?\n\$\$$/gms, '');
  const inline = [...rest.matchAll(/\$([^$]+)\$/g)].map(([, math]) => math!);
  const troubles: string[] = [];
  const forbid = (math: string[], pattern: RegExp, why: string) =>
    troubles.push(...math.filter((formula) => pattern.test(formula)).map((formula) => `${why}: ${formula}`));
  forbid(
    [...blocks, ...inline],
    /\\[^a-zA-Z]/,
    'Markdown eats a backslash before punctuation; write \\cr, \\lbrace, …',
  );
  forbid(
    [...blocks, ...inline],
    /(^|[^a-zA-Z0-9])_/,
    'an underscore that does not follow a letter or digit may begin emphasis',
  );
  forbid([...blocks, ...inline], /[*<>~#]/, 'a character of Markdown or HTML; write \\cdot, \\lt, \\gt, …');
  forbid(blocks, /^\s*([-+]|\d+\.)(\s|$)/m, 'a line that begins a list');
  forbid(inline, /^\s|\s$|\n/, 'a space inside a dollar, or a line break');
  if ((rest.match(/\$/g)?.length ?? 0) % 2 === 1 || rest.includes('$$')) troubles.push('a dollar without its partner');
  const cells = rest.split('\n').filter((line) => line.startsWith('|'));
  if (cells.some((line) => line.split('|').some((cell) => (cell.match(/\$/g)?.length ?? 0) % 2 === 1))) {
    troubles.push('a bar within mathematics ends a cell of a table');
  }
  return troubles;
}

describe.each(pages.filter((page) => page !== 'print.md'))('%s', (page) => {
  test('has mathematics that Markdown leaves alone', () => {
    expect(troublesIn(read(page))).toEqual([]);
  });
});

test('the index and the page to be printed have every page, in the same order', () => {
  const listed = [...read('README.md').matchAll(/^\| [^|]+ \| \[[^\]]+\]\((.+?)\)/gm)].map(([, page]) => page!);
  expect([...listed, 'README.md', 'print.md'].sort()).toEqual(pages.sort());
  const printed = [...read('print.md').matchAll(/^<!--@include: \.\/(.+)-->$/gm)].map(([, page]) => page!);
  expect(printed).toEqual(['README.md', ...listed]);
});

describe('the check of mathematics itself', () => {
  test('lets formulas through', () => {
    const page = 'Of $X_{si}$, $\\hat X_i$ and `a_b$`:\n\n$$\nY = X W^\\top \\cr\n= b_1\n$$\n\n| $a$ | $b$ |\n';
    expect(troublesIn(page)).toEqual([]);
  });

  test.each([
    ['$$\na \\\\ b\n$$', 'a backslash before punctuation'],
    ['$a\\,b$', 'a backslash before punctuation'],
    ['$\\bar{x}_i$', 'an underscore'],
    ['$a < b$', 'a character of Markdown'],
    ['$$\na\n+ b\n$$', 'begins a list'],
    ['$ a$ and $b$', 'a space inside'],
    ['$a$ for $', 'without its partner'],
    ['| $|a| b$ | c |', 'a bar'],
  ])('finds what is wrong with %j', (page, trouble) => {
    expect(troublesIn(page).join('\n')).toContain(trouble);
  });
});
