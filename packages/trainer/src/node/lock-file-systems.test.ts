import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { acquireLock, LockedError } from '../node.js';

const { link, isFull } = vi.hoisted(() => ({ link: vi.fn(), isFull: vi.fn(() => false) }));
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  /** On a full disk the file is there, and empty. */
  const writeFile = async (file: string, text: string, options: { flag: string }) => {
    if (!isFull()) return fs.writeFile(file, text, options);
    await fs.writeFile(file, '', options);
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  };
  return { ...fs, link, writeFile };
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cifarlab-links-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.each(['EPERM', 'ENOTSUP', 'ENOSYS'])(
  'a file system without hard links (%s) has locks all the same',
  async (code) => {
    link.mockImplementation(() => Promise.reject(Object.assign(new Error(code), { code })));
    const file = join(folder, 'run.lock');
    const asked = await Promise.allSettled(Array.from({ length: 10 }, () => acquireLock(file)));
    const granted = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(granted).toHaveLength(1);
    for (const one of asked) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(LockedError);
    expect(await readdir(folder)).toEqual(['run.lock']);
    await granted[0]!.release();
    expect(await readdir(folder)).toEqual([]);
  },
);

it('an error that has nothing to do with links is passed on', async () => {
  link.mockImplementation(() => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })));
  await expect(acquireLock(join(folder, 'run.lock'))).rejects.toMatchObject({ code: 'EIO' });
  expect(await readdir(folder)).toEqual([]);
});

it.each([
  ['with', [true]],
  ['without', [false, true]],
])('a full disk is left without a lock, %s hard links', async (_, answers) => {
  link.mockImplementation(() => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' })));
  for (const answer of answers) isFull.mockReturnValueOnce(answer);
  await expect(acquireLock(join(folder, 'run.lock'))).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(await readdir(folder)).toEqual([]);
});
