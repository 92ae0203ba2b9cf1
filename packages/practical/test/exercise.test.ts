import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExercise } from '../src/index.js';

const QUESTIONS = ['1.1a', '1.1b', '1.1c', '1.1d', '1.2', '3.1', '3.2ab', '3.2c', '4a'];
const TIMEOUT = 240_000;

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'cifarlab-practical-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the exercise's tests as `npm test` does. */
function runTests(folder: string, ...questions: string[]): Promise<{ code: number; lines: string[] }> {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, ['test/run.js', ...questions], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), lines: `${stdout}${stderr}`.trimEnd().split('\n') });
    });
  });
}

const verdicts = (lines: string[]) =>
  lines.filter((line) => /^[✔✖]/.test(line)).map((line) => line.split(/\s+/, 2).join(' '));

describe('a new exercise', { timeout: TIMEOUT }, () => {
  test('fails every question, each function by name', async () => {
    const folder = await createExercise(join(scratch, 'parent', 'empty'));
    const { code, lines } = await runTests(folder);
    expect(verdicts(lines)).toEqual(QUESTIONS.map((question) => `✖ ${question}`));
    expect(lines.at(-1)).toBe('0 of 9 questions pass.');
    // Every test of every question.
    for (const line of lines.filter((one) => one.startsWith('✖'))) expect(line).toMatch(/ (\d+) of \1 fail$/);
    expect(code).toBe(1);
    const all = lines.join('\n');
    expect(all).toContain('Linear.forward in src/linear.js is empty');
    expect(all).toContain('createConvNet in src/convnet.js is empty');
    expect(all).not.toMatch(/Cannot find|is not a function|is not defined/);
  });

  test('with the solutions passes every question', async () => {
    const folder = await createExercise(join(scratch, 'solved'), { solutions: true });
    const { code, lines } = await runTests(folder);
    expect(lines).toEqual([
      ...QUESTIONS.map((question) => expect.stringContaining(`✔ ${question} `)),
      '9 of 9 questions pass.',
    ]);
    expect(code).toBe(0);
  });

  test('passes a question that is answered, and says what is wrong with another', async () => {
    const folder = await createExercise(join(scratch, 'partly'));
    const file = join(folder, 'src/activation.js');
    writeFileSync(
      file,
      "export { ELU } from '@cifarlab/ndarray-mlp';\nexport class Tanh {\n  forward = (x) => x;\n  backward = (dout) => dout;\n  params = {};\n  grads = {};\n}\n",
    );
    const wrong = await runTests(folder, '1.1b');
    expect(wrong.lines).toEqual([
      expect.stringMatching(/^✖ 1\.1b .* 1 of 4 fail$/),
      expect.stringMatching(/^ {4}Tanh\.forward: Y: element 0 is 2, and 0\.96402/),
      '0 of 1 questions pass.',
    ]);
    writeFileSync(file, "export { ELU, Tanh } from '@cifarlab/ndarray-mlp';\n");
    expect(await runTests(folder, '1.1b')).toMatchObject({
      code: 0,
      lines: [expect.stringContaining('passes'), '1 of 1 questions pass.'],
    });
  });

  test('knows its questions', async () => {
    const folder = await createExercise(join(scratch, 'asked'));
    const { code, lines } = await runTests(folder, '9z');
    expect([code, lines]).toEqual([2, [expect.stringMatching(/^There is no question 9z; the questions are 1\.1a, /)]]);
    const syntax = join(folder, 'src/linear.js');
    writeFileSync(syntax, 'export class {');
    expect((await runTests(folder, '1.1a')).lines[0]).toMatch(/^✖ 1\.1a .* 1 of 1 fail$/);
  });
});

test('the solutions export what the exercise exports', () => {
  const folder = join(import.meta.dirname, '../exercise');
  const exported = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/export (?:class|function) (\w+)|export \{ (.+) \}/g)]
      .flatMap(([, one, list]) =>
        one === undefined ? list!.split(', ').map((name) => name.split(' as ').at(-1)!) : [one],
      )
      .sort();
  for (const name of readdirSync(join(folder, 'src'))) {
    expect(exported(join(folder, 'solutions', name)), name).toEqual(exported(join(folder, 'src', name)));
  }
});

describe('the folder', () => {
  test('may be there if it is empty', async () => {
    const folder = join(scratch, 'there');
    mkdirSync(folder);
    expect(await createExercise(folder)).toBe(folder);
    const { dependencies, scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(scripts).toEqual({ test: 'node test/run.js' });
    expect(Object.keys(dependencies)).toContain('@cifarlab/gradcheck');
    expect(existsSync(join(folder, 'node_modules/@cifarlab/gradcheck/package.json'))).toBe(true);
  });

  test('that has files in it stays as it is', async () => {
    const folder = join(scratch, 'filled');
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    await expect(createExercise(folder)).rejects.toMatchObject({
      code: 'folder-filled',
      message: expect.stringContaining('choose a new folder'),
    });
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });

  test('is not made in place of a file', async () => {
    const file = join(scratch, 'file');
    writeFileSync(file, 'mine');
    await expect(createExercise(file)).rejects.toMatchObject({ code: 'not-a-folder' });
    await expect(createExercise(join(file, 'below'))).rejects.toMatchObject({ code: 'not-a-folder' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});
