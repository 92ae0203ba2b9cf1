import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { archiveOf, FOLDER_OF, MINI_FILES, pickleOf, recordsOf } from '../../test/support/forms.js';
import { MINI, MINI_DIGESTS } from '../../test/support/mini.js';
import { filesIn } from '../../test/support/temporary-folder.js';
import { RECORD_SIZE } from '../records.js';
import { readArchive } from './archives/read-archive.js';
import { FORMS, layoutOf } from './forms.js';
import { readFolder } from './read-folder.js';

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

test('fewer labels than images', async () => {
  const files = { ...MINI_FILES.sheets(), 'test_lables.json': Buffer.from('[1,2,3]') };
  await expect(inArchive(archiveOf('package', files))).rejects.toThrow(/3 labels for 40 images/);
});
