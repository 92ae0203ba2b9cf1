// The pages that tell a reader what to type work when one types it.
import { describe, expect, test } from 'vitest';
import { followPage } from './follow-page.js';
import { markdownPages } from './markdown-pages.js';
import { stepsOf } from './steps.js';

const pages = markdownPages().filter(({ path }) => /^docs\/(getting-started\.md|guides\/.*)$/.test(path));

describe('a reader gets what the page says:', { timeout: 300_000 }, () => {
  test.concurrent.for(pages)('$path', async (page, { expect }) => {
    expect(await followPage(page)).toBeUndefined();
  });
});

test('commands are followed', () => {
  const commands = pages.flatMap(stepsOf).flatMap((step) => (step.kind === 'run' ? step.commands : []));
  expect(commands.length).toBeGreaterThan(5);
});

const path = 'docs/page.md';
const page = (...lines: string[]) => ({ path, text: lines.join('\n') });
const hello = ['<!-- example: save hello.mjs -->', '```ts', "console.log('hello');", "console.error('there');", '```'];

test('what is saved is run, and what it prints compared, on both streams', async () => {
  const commands = ['```sh', 'node hello.mjs   # twice', '', 'node hello.mjs', '```'];
  const right = page(...hello, ...commands, '```', 'hello', 'there', 'hello', '…', '```');
  expect(await followPage(right)).toBeUndefined();
  const wrong = page(...hello, ...commands, '```', 'hello', 'hello', '```');
  expect(await followPage(wrong)).toContain(`${path}:7: shows\nhello\nwhere this is printed:\nthere`);
});

test.each([
  [['```sh', 'node missing.mjs', '```'], /^docs\/page\.md:2: node missing\.mjs: exit code 1, not 0:/],
  [['```sh', 'rm -r runs', '```'], /^docs\/page\.md:2: rm -r runs: neither `cifarlab` nor `node`/],
  [hello, /^docs\/page\.md: no command uses hello\.mjs$/],
  [
    ['<!-- example: exits 1 -->', '```sh', 'npx cifarlab --version', '```'],
    /^docs\/page\.md:3: npx cifarlab --version: exit code 0, not 1:/,
  ],
])('%j is found', async (lines, message) => {
  expect(await followPage(page(...lines))).toMatch(message);
});

test('a command may fail where the page says so, and blocks may be left out', async () => {
  const failing = ['<!-- example: exits 2 -->', '```sh', 'npx cifarlab trian', '```'];
  const leftOut = ['<!-- example: not run (needs a registry) -->', '```sh', 'npm install x', '```'];
  expect(await followPage(page(...failing, '```', "error: unknown command 'trian'…", '```', ...leftOut))).toBe(
    undefined,
  );
});

test('an unknown marker is refused', () => {
  expect(() => stepsOf(page('<!-- example: skip -->', '```sh', '```'))).toThrow('unknown marker "example: skip"');
});
