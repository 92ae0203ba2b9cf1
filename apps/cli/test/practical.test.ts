import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli } from './support/cli.js';

const workspace = useWorkspace();

it.each([[[]], [['--solutions']]])('practical new makes the exercise and prints where it is (%j)', async (flags) => {
  const folder = workspace(`exercise${flags.length}`);
  expect(await callCli('practical', 'new', folder, ...flags)).toMatchObject({
    code: 0,
    stdout: `${folder}\n`,
    stderr: '',
  });
  expect((await readdir(folder)).sort()).toEqual([
    'README.md',
    'jsconfig.json',
    'node_modules',
    'package.json',
    'src',
    'test',
  ]);
  const source = await readFile(`${folder}/src/linear.js`, 'utf8');
  expect(source.includes('is empty')).toBe(flags.length === 0);
});

it('practical new leaves a folder with files in it alone', async () => {
  const folder = workspace('mine');
  await mkdir(folder);
  await writeFile(`${folder}/linear.js`, 'mine');
  const { code, stderr } = await callCli('practical', 'new', folder);
  expect(code).toBe(2);
  expect(stderr).toContain('has files in it: choose a new folder, or empty this one.');
  expect(await readdir(folder)).toEqual(['linear.js']);
});
