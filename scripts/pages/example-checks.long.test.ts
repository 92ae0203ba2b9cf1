// The checks of examples.long.test.ts find what is wrong with a page.
import { expect, test } from 'vitest';
import { examplesOf } from './examples.js';
import { uninstalledImports } from './install-lines.js';
import { firstDifference } from './output.js';
import { runProgram } from './run-program.js';
import { typeErrors } from './type-errors.js';

const path = 'packages/numpy-random/README.md';
const page = (...lines: string[]) => ({ path, text: lines.join('\n') });

test('a block with its continuation and its hidden code is one program, line for line', () => {
  const text = [
    '<!-- example: setup',
    'const a: number = 1;',
    '-->',
    '',
    '```ts',
    'console.log(a);',
    '```',
    '',
    '```',
    '1',
    '```',
    '',
    'And on:',
    '',
    '<!-- example: continues -->',
    '',
    '```ts',
    'console.log(a + 1);',
    '```',
    '```text',
    '2',
    '```',
  ];
  const [example, ...others] = examplesOf(page(...text));
  expect(others).toEqual([]);
  expect(example).toMatchObject({ line: 6, output: '1\n2\n', typesOnly: undefined, needsCifar10: false });
  expect(example!.program.split('\n')[1]).toBe('const a: number = 1;');
  expect(example!.program.split('\n')[17]).toBe('console.log(a + 1);');
});

test('text between code and block keeps the block from being its output', () => {
  const text = page('```ts', 'console.log(1);', '```', '', 'It writes:', '', '```', '2', '```');
  expect(examplesOf(text)[0]!.output).toBeUndefined();
});

test.each([
  [['<!-- example: types only (needs a GPU) -->', '```ts', '```'], { typesOnly: 'needs a GPU' }],
  [['<!-- example: needs CIFAR-10 -->', '```ts', '```'], { needsCifar10: true }],
])('the marker of %j counts', (lines, expected) => {
  expect(examplesOf(page(...lines))[0]).toMatchObject(expected);
});

test.each([
  [['<!-- example: skip -->', '```ts', '```'], 'unknown marker "example: skip '],
  [['<!-- example: types only -->', '```ts', '```'], 'unknown marker'],
  [['<!-- example: continues -->', '```ts', '```'], 'no example before it'],
  [['```js', '```'], 'a block of js; write it as ```ts'],
])('%j is refused', (lines, message) => {
  expect(() => examplesOf(page(...lines))).toThrow(message);
});

test('a wrong output is found', async () => {
  const program =
    "import { RandomState } from '@cifarlab/numpy-random';\nconsole.log(new RandomState(42).randint(0, 100));";
  const { stdout, exitCode } = await runProgram(program, 'packages/numpy-random');
  expect(exitCode).toBe(0);
  expect(firstDifference('51\n', stdout)).toBeUndefined();
  expect(firstDifference('52\n', stdout)).toEqual({ shown: '52', printed: '51' });
});

test('a program that fails is found', async () => {
  const { stderr, exitCode } = await runProgram(
    "import { Missing } from '@cifarlab/numpy-random';",
    'packages/numpy-random',
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain("does not provide an export named 'Missing'");
});

test('wrong names and types are found, with their line', { timeout: 120_000 }, () => {
  const text = page(
    'Text.',
    '```ts',
    "import { RandomState, RandomStates } from '@cifarlab/numpy-random';",
    "new RandomState('42');",
    'new RandomState(42).normal() satisfies number;',
    '```',
  );
  expect(typeErrors(examplesOf(text))).toEqual([
    expect.stringMatching(`^${path}:3: .*has no exported member.*RandomStates`),
    expect.stringMatching(`^${path}:4: Argument of type 'string'`),
  ]);
});

test.each([
  ['npm install @cifarlab/numpy-random ndarray', []],
  ['npm install @cifarlab/numpy-random', ['ndarray']],
])('with "%s" %j is missing', (line, missing) => {
  const code = [
    "import { readFile } from 'node:fs/promises';",
    "import { RandomState } from '@cifarlab/numpy-random';",
  ];
  const text = page('```sh', line, '```', '```ts', ...code, "import ndarray from 'ndarray';", '```');
  expect(uninstalledImports(text)).toEqual(missing);
});

test.each([
  ['a\nb\n', 'a\nb', undefined],
  ['took … ms\n', 'took 12 ms\n', undefined],
  ['took … ms\n', 'took 12 s\n', { shown: 'took … ms', printed: 'took 12 s' }],
  ['a\n…\nz\n', 'a\nb\nc\nz\n', undefined],
  ['a\n…\n', 'a\nb\nc\n', undefined],
  ['a\n…\nz\n', 'a\nb\nc\n', { shown: 'z', printed: undefined }],
  ['a\n', 'a\nb\n', { shown: undefined, printed: 'b' }],
  ['a.c\n', 'abc\n', { shown: 'a.c', printed: 'abc' }],
])('%j beside %j: %j', (shown, printed, difference) => {
  expect(firstDifference(shown, printed)).toEqual(difference);
});
