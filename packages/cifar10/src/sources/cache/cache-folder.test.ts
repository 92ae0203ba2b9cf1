import { chmodSync, existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { cifar10CacheDir, prepareCacheDir } from './cache-folder.js';

test('the folder: option, then environment, then the platform', () => {
  expect(cifar10CacheDir('/a', { CIFARLAB_CACHE_DIR: '/b' })).toBe('/a');
  expect(cifar10CacheDir(undefined, { CIFARLAB_CACHE_DIR: '/b' })).toBe('/b');
  expect(cifar10CacheDir(undefined, {})).toMatch(/cifarlab/);
  expect(cifar10CacheDir(undefined, {}).startsWith(process.env.XDG_CACHE_HOME ?? homedir())).toBe(true);
});

test('probes of processes that died are cleared away', async () => {
  const folder = temporaryFolder();
  const [old, young, other] = ['.probe-1-0123abcd', '.probe-2-0123abcd', '.probe-notes'];
  for (const name of [old, young, other]) writeFileSync(join(folder, name), '');
  const hoursAgo = Date.now() / 1000 - 7200;
  for (const name of [old, other]) utimesSync(join(folder, name), hoursAgo, hoursAgo);
  await prepareCacheDir(folder);
  expect(readdirSync(folder).sort()).toEqual([young, other].sort());
});

describe('a cache folder that cannot be written', () => {
  test('is noticed before anything is fetched', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(prepareCacheDir(join(file, 'cache'))).rejects.toMatchObject({
      code: 'CACHE_UNWRITABLE',
      message: expect.stringMatching(/cannot be written .* name another with cacheDir or CIFARLAB_CACHE_DIR/),
    });
  });

  test('for want of permission', async (context) => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    try {
      context.skip(mayWriteTo(folder), 'this user may write anywhere');
      await expect(prepareCacheDir(folder)).rejects.toMatchObject({ code: 'CACHE_UNWRITABLE' });
    } finally {
      chmodSync(folder, 0o700);
    }
  });

  test('a usable one is left as it was', async () => {
    const folder = join(temporaryFolder(), 'cache');
    await prepareCacheDir(folder);
    expect(existsSync(folder)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });
});

function mayWriteTo(folder: string): boolean {
  try {
    writeFileSync(join(folder, 'probe'), '');
    return true;
  } catch {
    return false;
  }
}
