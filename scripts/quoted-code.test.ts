import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { countCodeBlocks, isPassage, quotedCode } from './quoted-code.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root })
  .toString()
  .trim()
  .split('\n')
  .filter((page) => existsSync(`${root}/${page}`));
const quoted = pages.flatMap((page) => quotedCode(read(page)).map((passage) => ({ page, ...passage })));

test('the pages on the practical quote code', () => {
  expect(quoted.filter(({ page }) => page.startsWith('docs/practical/')).length).toBeGreaterThan(0);
});

test.each(quoted)('$page quotes $file as it is', ({ file, code }) => {
  expect(isPassage(code, read(file)), `not in ${file}:\n${code}`).toBe(true);
});

test.each(pages.filter((page) => page.startsWith('docs/practical/')))('%s has no code without an origin', (page) => {
  expect(quotedCode(read(page))).toHaveLength(countCodeBlocks(read(page)));
});

describe('the check itself', () => {
  const page =
    'The sum:\n\n<!-- code src/sum.ts -->\n```ts\nfor (const x of xs) {\n  sum += x;\n}\n```\n\n```ts\nother\n```\n';
  const source =
    'export function f(xs) {\n  let sum = 0;\n\n  for (const x of xs) {\n    sum += x;\n  }\n  return sum;\n}\n';

  test('finds the origin and the lines', () => {
    expect(quotedCode(page)).toEqual([{ file: 'src/sum.ts', code: 'for (const x of xs) {\n  sum += x;\n}' }]);
    expect(countCodeBlocks(page)).toBe(2);
  });

  test.each([
    ['for (const x of xs) {\n  sum += x;\n}', true],
    ['let sum = 0;\n\nfor (const x of xs) {', true],
    ['for (const x of xs) {\n  sum -= x;\n}', false],
    ['for (const x of xs) {\nsum += x;\n}', false],
    ['for (const x of xs) {\n}', false],
    ['sum += x', false],
  ])('%j is a passage: %s', (code, is) => {
    expect(isPassage(code, source)).toBe(is);
  });
});
