import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { coreCacheBytes, readCacheBytes } from './core-cache.js';

const folder = mkdtempSync(join(tmpdir(), 'core-cache-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['1024K\n', 2 ** 20],
  ['512K', 2 ** 19],
  ['', 2 ** 19],
  ['2M\n', 2 ** 19],
  ['many', 2 ** 19],
])('of the file %j, the size is %i', (text, bytes) => {
  const file = join(folder, 'size');
  writeFileSync(file, text);
  expect(readCacheBytes(file)).toBe(bytes);
});

it('is a small one where no file tells', () => {
  expect(readCacheBytes(join(folder, 'none'))).toBe(2 ** 19);
});

it('is read once', () => {
  expect(coreCacheBytes()).toBeGreaterThan(0);
  expect(coreCacheBytes()).toBe(coreCacheBytes());
});
