import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pickleOf, recordsOf } from '../../../test/support/forms.js';
import { miniRecords } from '../../../test/support/mini.js';
import { RECORD_SIZE } from '../../records.js';
import { readPythonBatch, writeRecords } from './python-batch.js';

const batches = fc
  .integer({ min: 1, max: 5 })
  .chain((count) => fc.uint8Array({ minLength: 8, maxLength: 8 }).map((seed) => recordsOf(count, seed)));

test('any number of images in a pickle', () => {
  fc.assert(
    fc.property(batches, (records) => {
      const batch = readPythonBatch(pickleOf(records), 'data_batch_1');
      const out = new Uint8Array(batch.count * RECORD_SIZE);
      writeRecords(batch, out);
      expect(Buffer.compare(out, records)).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['not a dictionary', 'K\x01.', /its 'data' is not a byte array of shape/],
  ['no data', '}(U\x06labels](K\x01eu.', /its 'data' is not a byte array of shape \(count, 3072\)/],
])('a pickle of something else: %s', (_, text, message) => {
  expect(() => readPythonBatch(Buffer.from(`\x80\x02${text}`, 'latin1'), 'f')).toThrow(message);
});

test('labels that do not fit the pixels', () => {
  const good = pickleOf(miniRecords('test_batch').slice(0, 2 * RECORD_SIZE)).toString('latin1');
  const change = (from: RegExp, to: string) => Buffer.from(good.replace(from, to), 'latin1');
  expect(() => readPythonBatch(change(/\(K.K.e/s, '(K\x01M\x00\x01e'), 'f')).toThrow(
    /not all whole numbers from 0 to 255/,
  );
  expect(() => readPythonBatch(change(/\(K.K.e/s, '(K\x01e'), 'f')).toThrow(/'labels' are not a list of 2 numbers/);
});
