import { describe, expect, test } from 'vitest';
import { archiveOf, type Files, FOLDER_OF, MINI_FILES, metaOf, pickleOf } from '../../test/support/forms.js';
import { MINI_DIGESTS, miniOrigins } from '../../test/support/mini.js';
import { filesIn } from '../../test/support/temporary-folder.js';
import { loadFrom } from '../load-cifar10.js';
import { BATCH_NAMES, CLASS_NAMES, IMAGE_SIZE, RECORD_SIZE } from '../records.js';
import { readPythonClassNames, readTextClassNames } from './class-names.js';

const NAMES = ['tulip', 'rose', 'Gänseblümchen', 'oak'];

/** Two images of each label per batch. */
function recordsOf(labels: readonly number[]): Uint8Array {
  const records = new Uint8Array(2 * labels.length * RECORD_SIZE);
  for (let i = 0; i < 2 * labels.length; i++) {
    const label = labels[i % labels.length]!;
    records.fill(label * 20 + 5, i * RECORD_SIZE, i * RECORD_SIZE + 1 + IMAGE_SIZE);
    records[i * RECORD_SIZE] = label;
  }
  return records;
}

const own = {
  binary: (labels: readonly number[]): Files =>
    Object.fromEntries(BATCH_NAMES.map((name) => [`${name}.bin`, recordsOf(labels)])),
  python: (labels: readonly number[]): Files =>
    Object.fromEntries(BATCH_NAMES.map((name) => [name, pickleOf(recordsOf(labels))])),
};
const metaFile = { binary: 'batches.meta.txt', python: 'batches.meta' } as const;
const meta = (form: 'binary' | 'python', names: readonly string[]): Files => ({
  [metaFile[form]]: form === 'binary' ? Buffer.from(`${names.join('\n')}\n\n`) : metaOf(names),
});
const load = (dataDir: string, options = {}) =>
  loadFrom({ dataDir, allowUnverified: true, batchOrder: 'epoch', ...options }, miniOrigins());

describe.each(['binary', 'python'] as const)('%s data with classes of its own', (form) => {
  const files = { ...own[form]([3, 0, 1]), ...meta(form, NAMES) };

  test('from a folder', async () => {
    const { train, test, classNames, source } = await load(filesIn(files));
    expect(classNames).toEqual(NAMES);
    expect(source.verified).toBe(false);
    expect(train.classCounts()).toEqual([10, 10, 0, 10]);
    const [{ labels, classes }] = test.batches(6) as Iterable<never> as [ReturnType<typeof test.nextBatch>];
    expect([...classes]).toEqual([3, 0, 1, 3, 0, 1]);
    expect(labels.shape).toEqual([6, 4]);
    expect([...labels.data.subarray(0, 8)]).toEqual([0, 0, 0, 1, 1, 0, 0, 0]);
    const nhwc = train.nextBatchNhwc(30);
    expect(nhwc.labels.length).toBe(120);
    expect(nhwc.labels.indexOf(1)).toBe(nhwc.classes[0]);
  });

  test('from an archive, wherever in it the names stand', async () => {
    const { [metaFile[form]]: names, ...batches } = files;
    for (const ordered of [files, { [metaFile[form]]: names!, ...batches }]) {
      const archive = filesIn({ 'own.tar.gz': archiveOf(FOLDER_OF[form], ordered) });
      expect((await load(`${archive}/own.tar.gz`)).classNames).toEqual(NAMES);
    }
  });

  test('needs a name for every label', async () => {
    const three = { ...files, ...meta(form, NAMES.slice(0, 3)) };
    await expect(load(filesIn(three))).rejects.toMatchObject({
      code: 'MALFORMED',
      message: expect.stringMatching(
        /data_batch_1.*: label 3 of image 0: expected 0 to 2\. .*name each class in batches\.meta\.txt \(binary\) or batches\.meta/,
      ),
    });
  });

  test('has those of CIFAR-10 where nothing names them', async () => {
    expect((await load(filesIn(own[form]([9, 0])))).classNames).toEqual(CLASS_NAMES);
    await expect(load(filesIn(own[form]([0, 10])))).rejects.toThrow(/label 10 of image 1: expected 0 to 9/);
  });

  test('is refused unless asked for', async () => {
    const refused = load(filesIn(files), { allowUnverified: false });
    await expect(refused).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('verified images have the published names, whatever a file says', async () => {
    const dataDir = filesIn({ ...MINI_FILES[form](), ...meta(form, ['a', 'b']) });
    const { classNames, source } = await load(dataDir);
    expect(source.batches.map(({ sha256 }) => sha256)).toEqual(Object.values(MINI_DIGESTS));
    expect(classNames).toEqual(CLASS_NAMES);
  });
});

test('as many classes as a byte has values', async () => {
  const names = Array.from({ length: 256 }, (_, i) => `class ${i}`);
  const { test: held } = await load(filesIn({ ...own.binary([255, 0]), ...meta('binary', names) }));
  expect([...held.batches(1)].map(({ labels }) => labels.data.lastIndexOf(1))).toEqual([255, 0, 255, 0]);
});

test('a file of names that cannot be read', async () => {
  const dataDir = filesIn(own.binary([0]));
  filesIn({ inside: Buffer.alloc(1) }, `${dataDir}/batches.meta.txt`);
  await expect(load(dataDir)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

describe('broken lists of names', () => {
  test.each<[string, string, RegExp]>([
    ['one name', 'cat\n', /1 names, expected 2 to 256/],
    ['nothing', '', /0 names/],
    ['too many', Array.from({ length: 257 }, (_, i) => i).join('\n'), /257 names/],
    ['the same name twice', 'cat\ndog\ncat', /"cat" is the name of classes 0 and 2/],
    ['a control character', 'cat\nd\x1b[31mog', /name 1 is "d\\u001b\[31mog", expected .* none of them a control/],
    ['a long name', `cat\n${'x'.repeat(101)}`, /name 1 is "x{100}", expected 1 to 100 characters/],
  ])('%s', (_, text, message) => {
    expect(() => readTextClassNames(Buffer.from(text), 'f')).toThrow(message);
    const names = text.split('\n').filter((name) => name !== '');
    expect(() => readPythonClassNames(metaOf(names), 'f')).toThrow(message);
  });

  test('bytes that are no UTF-8', () => {
    expect(() => readTextClassNames(Buffer.from('cat\n\xff', 'latin1'), 'f')).toThrow(/f: no list .* not UTF-8/);
  });

  test.each([
    ['a pickle of something else', Buffer.from('\x80\x02K\x01.', 'latin1')],
    ['numbers', Buffer.from('\x80\x02}(U\x0blabel_names](K\x01K\x02eu.', 'latin1')],
  ])('%s', (_, bytes) => {
    expect(() => readPythonClassNames(bytes, 'f')).toThrow(/f: no list .* not a list of strings/);
  });

  test('the names of windows files', () => {
    expect(readTextClassNames(Buffer.from('\ufeffcat\r\n dog \r\n'), 'f')).toEqual(['cat', 'dog']);
  });
});
