// The notebooks for learners: their cells, one after the other, are a program that prints what the cells have printed.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { examplesOf } from './examples.js';
import { uninstalledImports } from './install-lines.js';
import { root } from './markdown-pages.js';
import { notebookPage, notebookPages } from './notebook-pages.js';
import { firstDifference } from './output.js';
import { runProgram } from './run-program.js';
import { typeErrors } from './type-errors.js';

const pages = notebookPages();

test('the notebooks compile in strict mode', { timeout: 300_000 }, () => {
  expect(pages).toHaveLength(2);
  expect(typeErrors(pages.flatMap(examplesOf))).toEqual([]);
});

describe('a notebook', { timeout: 300_000 }, () => {
  test.concurrent.for(pages)('$path prints what its cells have printed', async (page, { expect }) => {
    const [example] = examplesOf(page);
    const { stdout, stderr, exitCode } = await runProgram(example!.program, join(root, 'docs'));
    expect(exitCode, stderr).toBe(0);
    expect(firstDifference(example!.output!, stdout), stdout).toBeUndefined();
  });

  test.each(pages)('$path shows its pictures, installs what it imports, and its links lead somewhere', (page) => {
    expect(page.pictures).toHaveLength(page.text.match(/^await show\(/gm)!.length);
    for (const svg of page.pictures) expect(svg).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
    expect(uninstalledImports(page)).toEqual([]);
    const targets = [...page.text.matchAll(/\]\((?![a-z]+:)([^)\s#]+)/g)].map(([, target]) => target!);
    expect(targets).not.toEqual([]);
    expect(targets.filter((target) => !existsSync(join(root, dirname(page.path), target)))).toEqual([]);
  });
});

test('a notebook that failed, or is of another format, is refused', () => {
  const cell = { cell_type: 'code', source: ['x'], outputs: [{ output_type: 'error' }] };
  const of = (content: object) => () => notebookPage('a.ipynb', JSON.stringify(content));
  expect(of({ nbformat: 4, cells: [cell] })).toThrow('a.ipynb: holds the error of a cell');
  expect(of({ nbformat: 3, cells: [] })).toThrow("is of Jupyter's format 3, not 4");
});

test('cells become one program, with their outputs', () => {
  const code = (source: string, text: string) => ({
    ...{ cell_type: 'code', source: [source] },
    outputs: [
      { output_type: 'stream', text: [text] },
      { output_type: 'display_data', data: { 'image/svg+xml': '<svg/>' } },
    ],
  });
  const cells = [code('const a = 1;', 'one\n'), { cell_type: 'markdown', source: ['# b'] }, code('a;', 'two\n')];
  const page = notebookPage('a.ipynb', JSON.stringify({ nbformat: 4, cells }));
  const [example, ...others] = examplesOf(page);
  expect(others).toEqual([]);
  expect(example!.program.split('\n').filter(Boolean)).toEqual(['const a = 1;', 'a;']);
  expect([example!.output, page.pictures]).toEqual(['one\ntwo\n', ['<svg/>', '<svg/>']]);
});
