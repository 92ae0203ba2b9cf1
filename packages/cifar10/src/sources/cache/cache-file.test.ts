import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MINI, MINI_DIGESTS } from '../../../test/support/mini.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { RECORDS_FILE, readRecordsFile } from '../../formats/records-file.js';
import { writeCacheFile } from './cache-file.js';

const context = { digests: MINI_DIGESTS };

test('what is written is read again', async () => {
  const folder = join(temporaryFolder(), 'new', 'folder');
  const path = await writeCacheFile(folder, MINI.records);
  expect(path).toBe(join(folder, RECORDS_FILE));
  expect(readdirSync(folder)).toEqual([RECORDS_FILE]);
  const raw = await readRecordsFile(path, context);
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
    return (await readRecordsFile(path, context)).batches.every(({ verified }) => verified);
  });
  expect(await Promise.all(work)).toEqual(Array(8).fill(true));
  expect(readdirSync(folder)).toEqual([RECORDS_FILE]);
});

test('temporary files of processes that died are cleared away, those of others are not', async () => {
  const folder = temporaryFolder();
  const [old, young, other] = [`${RECORDS_FILE}.1-aa.tmp`, `${RECORDS_FILE}.2-bb.tmp`, 'mine.tmp'];
  for (const name of [old, young, other]) writeFileSync(join(folder, name), 'x');
  const hoursAgo = Date.now() / 1000 - 7200;
  utimesSync(join(folder, old), hoursAgo, hoursAgo);
  utimesSync(join(folder, other), hoursAgo, hoursAgo);
  await writeCacheFile(folder, MINI.records);
  expect(readdirSync(folder).sort()).toEqual([RECORDS_FILE, young, other].sort());
});

test('a write that fails leaves the old file and nothing else', async () => {
  const folder = temporaryFolder();
  // A folder in the file's place: the rename cannot succeed.
  mkdirSync(join(folder, RECORDS_FILE, 'full'), { recursive: true });
  await expect(writeCacheFile(folder, MINI.records)).rejects.toThrow();
  expect(readdirSync(folder)).toEqual([RECORDS_FILE]);
});

test('the file is nothing but the records', async () => {
  const folder = temporaryFolder();
  expect(Buffer.compare(readFileSync(await writeCacheFile(folder, MINI.records)), MINI.records)).toBe(0);
});
