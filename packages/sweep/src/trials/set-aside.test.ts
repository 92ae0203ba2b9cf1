import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { setAside } from './set-aside.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cifarlab-aside-'));
});
afterEach(() => rm(root, { recursive: true }));

it('keeps what is in the way under another name, each time', async () => {
  for (const content of ['first', 'second', 'third']) {
    await mkdir(join(root, 'seed-1'));
    await writeFile(join(root, 'seed-1', 'metrics.jsonl'), content);
    await setAside(join(root, 'seed-1'));
  }
  expect((await readdir(root)).sort()).toEqual(['seed-1.old-1', 'seed-1.old-2', 'seed-1.old-3']);
  expect(await readFile(join(root, 'seed-1.old-2', 'metrics.jsonl'), 'utf8')).toBe('second');
});

it('needs no folder, and keeps none that is empty', async () => {
  await setAside(join(root, 'seed-1'));
  await mkdir(join(root, 'seed-1'));
  await setAside(join(root, 'seed-1'));
  expect(await readdir(root)).toEqual([]);
});

it('goes round a file that has the new name', async () => {
  await writeFile(join(root, 'seed-1.old-1'), 'mine');
  await mkdir(join(root, 'seed-1', 'checkpoints'), { recursive: true });
  await setAside(join(root, 'seed-1'));
  expect((await readdir(root)).sort()).toEqual(['seed-1.old-1', 'seed-1.old-2']);
  expect(await readFile(join(root, 'seed-1.old-1'), 'utf8')).toBe('mine');
});
