import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MINI, MINI_DIGESTS } from '../test/support/mini.js';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { CACHE_FILE, cifar10CacheDir, prepareCacheDir, readCacheFile, writeCacheFile } from './cache.js';

const context = { digests: MINI_DIGESTS };

test('the folder: option, then environment, then the platform', () => {
  expect(cifar10CacheDir('/a', { CIFARLAB_CACHE_DIR: '/b' })).toBe('/a');
  expect(cifar10CacheDir(undefined, { CIFARLAB_CACHE_DIR: '/b' })).toBe('/b');
  expect(cifar10CacheDir(undefined, {})).toMatch(/cifarlab/);
  expect(cifar10CacheDir(undefined, {}).startsWith(process.env.XDG_CACHE_HOME ?? homedir())).toBe(true);
});

test('what is written is read again', async () => {
  const folder = join(temporaryFolder(), 'new', 'folder');
  const path = await writeCacheFile(folder, MINI.records);
  expect(path).toBe(join(folder, CACHE_FILE));
  expect(readdirSync(folder)).toEqual([CACHE_FILE]);
  const raw = await readCacheFile(path, context);
  expect(Buffer.compare(raw.records, MINI.records)).toBe(0);
  expect(raw.meanImage).toEqual(MINI.meanImage);
  expect(raw.batches.every(({ verified }) => verified)).toBe(true);
});

test('many writers and readers at once: every reader sees a whole file', async () => {
  const folder = temporaryFolder();
  const path = await writeCacheFile(folder, MINI.records);
  const work = Array.from({ length: 8 }, async (_, i) => {
    if (i % 2 === 0) {
      await writeCacheFile(folder, MINI.records);
      return true;
    }
    return (await readCacheFile(path, context)).batches.every(({ verified }) => verified);
  });
  expect(await Promise.all(work)).toEqual(Array(8).fill(true));
  expect(readdirSync(folder)).toEqual([CACHE_FILE]);
});

test('temporary files of processes that died are cleared away, those of others are not', async () => {
  const folder = temporaryFolder();
  const [old, young, other] = [`${CACHE_FILE}.1-aa.tmp`, `${CACHE_FILE}.2-bb.tmp`, 'mine.tmp'];
  for (const name of [old, young, other]) writeFileSync(join(folder, name), 'x');
  const hoursAgo = Date.now() / 1000 - 7200;
  utimesSync(join(folder, old), hoursAgo, hoursAgo);
  utimesSync(join(folder, other), hoursAgo, hoursAgo);
  await writeCacheFile(folder, MINI.records);
  expect(readdirSync(folder).sort()).toEqual([CACHE_FILE, young, other].sort());
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

test('a write that fails leaves the old file and nothing else', async () => {
  const folder = temporaryFolder();
  // A folder in the file's place: the rename cannot succeed.
  mkdirSync(join(folder, CACHE_FILE, 'full'), { recursive: true });
  await expect(writeCacheFile(folder, MINI.records)).rejects.toThrow();
  expect(readdirSync(folder)).toEqual([CACHE_FILE]);
});

describe('damage is noticed', () => {
  test.each<[string, (file: Buffer) => Buffer]>([
    ['truncated', (file) => file.subarray(0, -1)],
    ['empty', () => Buffer.alloc(0)],
    ['longer', (file) => Buffer.concat([file, Buffer.alloc(1)])],
  ])('%s', async (_, change) => {
    const path = join(temporaryFolder(), CACHE_FILE);
    writeFileSync(path, change(Buffer.from(MINI.records)));
    await expect(readCacheFile(path, context)).rejects.toMatchObject({
      code: 'MALFORMED',
      message: expect.stringMatching(/bytes are not six batches of records of 3073 bytes/),
    });
  });

  test('one flipped bit anywhere', async () => {
    const path = join(temporaryFolder(), CACHE_FILE);
    for (const at of [1, 40 * 3073 - 1, 5 * 40 * 3073 + 77]) {
      const file = Buffer.from(MINI.records);
      file[at]! ^= 1;
      writeFileSync(path, file);
      const raw = await readCacheFile(path, context);
      const wrong = raw.batches.filter(({ verified }) => !verified).map(({ name }) => name);
      expect(wrong).toEqual([raw.batches[Math.floor(at / (40 * 3073))]!.name]);
    }
  });
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

test('the file is nothing but the records', async () => {
  const folder = temporaryFolder();
  expect(Buffer.compare(readFileSync(await writeCacheFile(folder, MINI.records)), MINI.records)).toBe(0);
});

function mayWriteTo(folder: string): boolean {
  try {
    writeFileSync(join(folder, 'probe'), '');
    return true;
  } catch {
    return false;
  }
}
