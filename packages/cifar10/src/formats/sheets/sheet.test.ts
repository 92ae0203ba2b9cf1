import fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { recordsOf, sheetOf } from '../../../test/support/forms.js';
import { RECORD_SIZE } from '../../records.js';
import { readSheetLabels, sheetCount, writeSheet } from './sheet.js';

const batches = fc
  .integer({ min: 1, max: 5 })
  .chain((count) => fc.uint8Array({ minLength: 8, maxLength: 8 }).map((seed) => recordsOf(count, seed)));

test('any number of images on a sheet', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (records) => {
      const png = sheetOf(records);
      const out = records.slice();
      for (let i = 0; i < out.length; i++) {
        if (i % RECORD_SIZE !== 0) out[i] = 0;
      }
      expect(sheetCount(png, 'f')).toBe(records.length / RECORD_SIZE);
      await writeSheet(png, 'f', out);
      expect(Buffer.compare(out, records)).toBe(0);
    }),
    { numRuns: 30 },
  );
});

describe('broken sheets', () => {
  const png = (width: number, height: number, options: object = { colorType: 2 }) =>
    PNG.sync.write(new PNG({ width, height }), options);
  test.each<[string, Uint8Array, RegExp]>([
    ['no PNG', Buffer.from('x'.repeat(100)), /it is no PNG/],
    ['another width', png(32, 32), /it is 32 x 32 pixels, expected 1024 x the number of images/],
    ['transparency', png(1024, 1, { colorType: 6 }), /not a plain 8-bit RGB PNG/],
    ['grey', png(1024, 1, { colorType: 0 }), /not a plain 8-bit RGB PNG/],
  ])('%s', (_, bytes, message) => {
    expect(() => sheetCount(bytes, 'f')).toThrow(message);
  });

  test('a header that claims far too much', () => {
    const bytes = png(1024, 1);
    bytes.writeUInt32BE(0xffffffff, 20);
    expect(() => sheetCount(bytes, 'f')).toThrow(/1024 x 4294967295 pixels/);
  });

  test('a header that claims more rows than the file can hold', () => {
    const bytes = png(1024, 1);
    bytes.writeUInt32BE(10_000, 20);
    expect(() => sheetCount(bytes, 'f')).toThrow(/its \d+ bytes are too few for the 10000 rows it claims/);
  });

  test('a file of empty chunks', () => {
    const bytes = png(1024, 1);
    const chunk = Buffer.from('\0\0\0\0IDAT\x35\xaf\x06\x1e', 'latin1');
    const many = Buffer.concat([bytes.subarray(0, 33), ...Array(100_000).fill(chunk), bytes.subarray(33)]);
    expect(() => sheetCount(many, 'f')).toThrow(/it has more than 100000 chunks/);
  });

  test('labels that are far too long', () => {
    const json = Buffer.alloc(5_000_000, ' ');
    expect(() => readSheetLabels(json, 'f')).toThrow(/5000000 bytes of labels, expected at most 4000000/);
  });

  test('labels with a byte order mark', () => {
    expect([...readSheetLabels(Buffer.from('\ufeff[1,2]'), 'f')]).toEqual([1, 2]);
  });

  test.each(['', '{}', '[1,10]', '[1.5]', '["1"]', '[1'])('labels %j', (text) => {
    expect(() => readSheetLabels(Buffer.from(text), 'labels.json')).toThrow(/labels\.json: not a CIFAR-10 sheet/);
  });
});
