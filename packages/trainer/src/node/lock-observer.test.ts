import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquireLock } from './lock.js';
import { LockObserver } from './lock-observer.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cifarlab-observe-'));
  file = join(folder, 'run.lock');
});
afterEach(() => rm(folder, { recursive: true }));

it('tells a lock that is held from one that is not', async () => {
  const observer = new LockObserver(file);
  expect(await observer.look()).toBe('ended');
  const lock = await acquireLock(file);
  expect(await observer.look()).toBe('running');
  await lock.release();
  expect(await observer.look()).toBe('ended');
});

it('leaves alone the lock that a process has left behind', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const lock = await acquireLock(file);
  const text = (await readFile(file, 'utf8')).replace(`"pid": ${process.pid}`, `"pid": ${child.pid}`);
  await lock.release();
  await writeFile(file, text);
  expect(await new LockObserver(file).look()).toBe('ended');
  expect(await readFile(file, 'utf8')).toBe(text);
});

it('knows nothing of what cannot be understood', async () => {
  await writeFile(file, 'half of a lo');
  expect(await new LockObserver(file).look()).toBe('unknown');
});
