import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cacheBytes, readCacheBytes } from './cpu-cache.js';

const folder = mkdtempSync(join(tmpdir(), 'cpu-cache-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['1024K\n', 2 ** 20],
  ['512K', 2 ** 19],
  ['', undefined],
  ['2M\n', undefined],
  ['many', undefined],
])('of the file %j, the size is %i', (text, bytes) => {
  const file = join(folder, 'size');
  writeFileSync(file, text);
  expect(readCacheBytes(file)).toBe(bytes);
});

it('is not known where no file tells', () => {
  expect(readCacheBytes(join(folder, 'none'))).toBeUndefined();
});

it.each([2, 3] as const)('of level %i, it is known or assumed, and the same each time', (level) => {
  expect(cacheBytes(level)).toBeGreaterThanOrEqual(2 ** 15);
  expect(cacheBytes(level)).toBe(cacheBytes(level));
});
