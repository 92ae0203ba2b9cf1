import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FeatureCache } from './feature-cache.js';

let folder: string;
let warnings: string[];
let cache: FeatureCache;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'features-'));
  warnings = [];
  cache = new FeatureCache(join(folder, 'features'), (message) => warnings.push(message));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const key = (digit: string) => digit.repeat(64);
const numbers = Float32Array.of(1, -2.5, 3e-7, Number.NaN);
const file = (digit: string) => join(folder, 'features', `${key(digit)}.features`);

it('gives back what it was given', async () => {
  expect(await cache.read(key('a'), 4)).toBeUndefined();
  await cache.write(key('a'), numbers);
  expect(await cache.read(key('a'), 4)).toEqual(numbers);
  expect(await cache.read(key('b'), 4)).toBeUndefined();
  expect(await cache.read(key('a'), 5)).toBeUndefined();
});

it('takes a damaged file for none, wherever the damage is', async () => {
  await cache.write(key('a'), numbers);
  const whole = await readFile(file('a'));
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 1;
    await writeFile(file('a'), damaged);
    expect(await cache.read(key('a'), 4)).toBeUndefined();
  }
  await writeFile(file('a'), whole.subarray(0, -1));
  expect(await cache.read(key('a'), 4)).toBeUndefined();
  await cache.write(key('a'), numbers);
  expect(await cache.read(key('a'), 4)).toEqual(numbers);
});

it('says once that it cannot keep anything, and goes on', async () => {
  await writeFile(join(folder, 'features'), 'a file in the place of the folder');
  await cache.write(key('a'), numbers);
  await cache.write(key('b'), numbers);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('features are not kept in');
  expect(await cache.read(key('a'), 4)).toBeUndefined();
  await cache.prune();
});

it('removes what was not used for the longest time, and nothing else', async () => {
  for (const digit of ['a', 'b', 'c']) await cache.write(key(digit), numbers);
  await writeFile(join(folder, 'features', 'notes.txt'), 'mine');
  for (const [days, digit] of ['a', 'b', 'c'].entries()) {
    const time = new Date(2026, 0, 1 + days);
    await utimes(file(digit), time, time);
  }
  await cache.read(key('a'), 4);
  await cache.prune(2 * (32 + 16));
  expect((await readdir(join(folder, 'features'))).sort()).toEqual(
    [`${key('a')}.features`, `${key('c')}.features`, 'notes.txt'].sort(),
  );
});
