import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MINI, MINI_DIGESTS } from '../../test/support/mini.js';
import { temporaryFolder } from '../../test/support/temporary-folder.js';
import { RECORDS_FILE, readRecordsFile } from './records-file.js';

const context = { digests: MINI_DIGESTS };

describe('damage is noticed', () => {
  test.each<[string, (file: Buffer) => Buffer]>([
    ['truncated', (file) => file.subarray(0, -1)],
    ['empty', () => Buffer.alloc(0)],
    ['longer', (file) => Buffer.concat([file, Buffer.alloc(1)])],
  ])('%s', async (_, change) => {
    const path = join(temporaryFolder(), RECORDS_FILE);
    writeFileSync(path, change(Buffer.from(MINI.records)));
    await expect(readRecordsFile(path, context)).rejects.toMatchObject({
      code: 'MALFORMED',
      message: expect.stringMatching(/bytes are not six batches of records of 3073 bytes/),
    });
  });

  test('one flipped bit anywhere', async () => {
    const path = join(temporaryFolder(), RECORDS_FILE);
    for (const at of [1, 40 * 3073 - 1, 5 * 40 * 3073 + 77]) {
      const file = Buffer.from(MINI.records);
      file[at]! ^= 1;
      writeFileSync(path, file);
      const raw = await readRecordsFile(path, context);
      const wrong = raw.batches.filter(({ verified }) => !verified).map(({ name }) => name);
      expect(wrong).toEqual([raw.batches[Math.floor(at / (40 * 3073))]!.name]);
    }
  });
});
