// Files that people bring: archives of other kinds, names and layouts, and other things.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { archiveOf, type Files, MINI_FILES, pickleOf, tarOf, zipOf } from '../../test/support/forms.js';
import { MINI, miniOrigins, miniRecords } from '../../test/support/mini.js';
import { filesIn, temporaryFolder } from '../../test/support/temporary-folder.js';
import { loadFrom } from '../load-cifar10.js';
import { RECORD_SIZE } from '../records.js';
import { readZip } from './archives/zip.js';

const load = (dataDir: string) => loadFrom({ dataDir, offline: true }, miniOrigins());
const under = (folder: string, files: Files) =>
  Object.entries(files).map(([name, bytes]) => ({ path: `${folder}${name}`, bytes }));
const digests = (batches: readonly { sha256: string }[]) => batches.map(({ sha256 }) => sha256);

async function expectMini(dataDir: string): Promise<void> {
  const { source } = await load(dataDir);
  expect(source.verified).toBe(true);
  expect(digests(source.batches)).toEqual(digests(MINI.batches));
}

const packers = {
  tar: tarOf,
  'tar.gz': (entries: Parameters<typeof tarOf>[0]) => gzipSync(tarOf(entries)),
  zip: zipOf,
};
const noise = [
  { path: '__MACOSX/data/._data_batch_1', bytes: Buffer.from('x') },
  { path: '__MACOSX/data/data_batch_1', bytes: Buffer.from('x') },
  { path: 'data/._data_batch_1', bytes: Buffer.from('x') },
  { path: 'data/.DS_Store', bytes: Buffer.from('x') },
];

describe.each(Object.entries(packers))('%s', (type, pack) => {
  const brought = (entries: Parameters<typeof tarOf>[0], name = `cifar.${type}`) =>
    join(filesIn({ [name]: pack(entries) }), name);

  test.each(['', './', 'data/', './a/b/c/', 'cifar-10-batches-bin/'])('of pickles in the folder %j', async (folder) => {
    await expectMini(brought(under(folder, MINI_FILES.python())));
  });

  test.each(['binary', 'sheets'] as const)('of %s files without a folder', async (form) => {
    await expectMini(brought(under('', MINI_FILES[form]())));
  });

  test('of more pictures than an archive may hold entries', async () => {
    const pictures = Array.from({ length: 10_001 }, (_, i) => ({ path: `train/cat/${i}.png` }));
    await expect(load(brought(pictures))).rejects.toMatchObject({
      code: 'UNRECOGNISED',
      message: expect.stringContaining('It holds pictures in files of their own (train/cat/0.png)'),
    });
  });

  test('with the separators of Windows', async () => {
    await expectMini(brought(under('cifar-10-batches-py\\', MINI_FILES.python())));
  });

  test('with what macOS puts beside the files', async () => {
    await expectMini(brought([...noise, ...under('data/', MINI_FILES.python())]));
  });

  test.each(['cifar-10-python (1).tar.gz', 'cifar10', 'data.bin'])('called %s, given or in a folder', async (name) => {
    const path = brought(under('data/', MINI_FILES.binary()), name);
    await expectMini(path);
    await expectMini(join(path, '..'));
  });

  test('of both layouts, the first of which is not complete', async () => {
    const { data_batch_4: _, ...rest } = MINI_FILES.python();
    await expectMini(brought([...under('old/', rest), ...under('new/', MINI_FILES.binary())]));
  });

  test('without some batches, which are named', async () => {
    const { data_batch_4: _, test_batch: __, ...rest } = MINI_FILES.python();
    await expect(load(brought(under('data/', rest)))).rejects.toMatchObject({
      code: 'INCOMPLETE',
      message: expect.stringContaining('data_batch_4, test_batch missing'),
    });
  });

  test.each([
    [
      'cifar-100-python/train',
      /It holds CIFAR-100 \(cifar-100-python\/train\), which this package does not read\. Give cifar-10/,
    ],
    ['train/cat/1.png', /It holds pictures in files of their own \(train\/cat\/1\.png\), .*a label byte and 3072/],
    ['x_train.npy', /It holds NumPy arrays \(x_train\.npy\)/],
    ['archive/data.pkl', /It holds tensors of PyTorch/],
    [
      'DATA_BATCH_1',
      /It holds a file under a name of its own \(DATA_BATCH_1\).*Name pickles data_batch_1 \.\.\. test_batch/,
    ],
    [
      'cifar-10-python.tar.gz',
      /It holds an archive inside it \(cifar-10-python\.tar\.gz\).*Unpack it, and give the folder/,
    ],
    ['readme', /Give one of the published archives/],
  ])('of %s is named', async (name, message) => {
    await expect(load(brought([{ path: name, bytes: Buffer.from('x') }]))).rejects.toMatchObject({
      code: 'UNRECOGNISED',
      message: expect.stringMatching(message),
    });
  });
});

describe('hostile zips are refused', () => {
  const limits = { total: 1000, file: 600, entries: 3 };
  const read = async (bytes: Buffer) => {
    const path = join(filesIn({ 'a.zip': bytes }), 'a.zip');
    const files: string[] = [];
    await readZip(
      path,
      () => () => true,
      async (name) => void files.push(name),
      { limits },
    );
    return files;
  };
  const file = (path: string, length: number) => ({ path, bytes: Buffer.alloc(length) });

  test('within the limits', async () => {
    expect(await read(zipOf([file('a', 500), file('b', 500), { path: 'c/' }]))).toEqual(['a', 'b']);
  });

  test.each<[string, Buffer, RegExp]>([
    ['a large file', zipOf([file('a', 601)]), /"a" holds 601 bytes, more than 600/],
    ['a large whole', zipOf([file('a', 500), file('b', 501)]), /unpacks to more than 1000 bytes/],
    ['many files', zipOf('abcd'.split('').map((name) => file(name, 1))), /it holds 4 files, more than 3/],
    ['more than the directory says', zipOf([{ ...file('a', 1_000_000), size: 10 }]), /not a whole \.zip archive/],
    ['less than the directory says', zipOf([{ ...file('a', 10), size: 20 }]), /not a whole \.zip archive/],
    ['a name that leads outside', zipOf([file('../a', 1)]), /not a whole \.zip archive \(.*\.\.\/a/],
    [
      'another method',
      zipOf([{ ...file('a', 1), method: 12 }]),
      /"a" is compressed by a method .*12.*Unpack the archive/,
    ],
    ['a password', zipOf([{ ...file('a', 1), flags: 1 }]), /"a" is encrypted\. Unpack the archive/],
    ['a cut', zipOf([file('a', 1)]).subarray(0, 40), /not a whole \.zip archive/],
  ])('%s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(message);
  });
});

describe('folders', () => {
  test.each([
    ['the old cache of Keras', ['datasets', 'cifar-10-batches-py']],
    ['the new cache of Keras', ['datasets', 'cifar-10-batches-py-target', 'cifar-10-batches-py']],
    ['its other name', ['cifar-10-batches-py-target_extracted', 'cifar-10-batches-py']],
    ['a folder in a folder', ['data', 'mine']],
  ])('%s', async (_, path) => {
    const outer = temporaryFolder();
    filesIn(MINI_FILES.python(), join(outer, ...path));
    filesIn({ 'mnist.npz': Buffer.from('x') }, outer);
    await expectMini(outer);
  });

  test('both layouts, the first of which is not complete', async () => {
    const { data_batch_4: _, ...rest } = MINI_FILES.python();
    await expectMini(filesIn({ ...rest, ...MINI_FILES.binary() }));
    const outer = temporaryFolder();
    filesIn(rest, join(outer, 'cifar-10-batches-py'));
    filesIn(MINI_FILES.binary(), join(outer, 'cifar-10-batches-bin'));
    await expectMini(outer);
  });

  test('an archive beside the empty folder it was to be unpacked into', async () => {
    const archive = archiveOf('cifar-10-batches-py', MINI_FILES.python());
    const folder = filesIn({ 'cifar-10-batches-py.tar.gz': archive });
    mkdirSync(join(folder, 'cifar-10-batches-py'));
    await expectMini(folder);
  });

  test('two that could be meant are named', async () => {
    const outer = temporaryFolder();
    for (const name of ['a', 'b']) filesIn(MINI_FILES.binary(), join(outer, name));
    await expect(load(outer)).rejects.toThrow(/may be in any of 2 places \(.*\). Give one of them/);
  });

  test('all batches that are missing are named', async () => {
    const { data_batch_4: _, test_batch: __, ...rest } = MINI_FILES.python();
    await expect(load(filesIn(rest))).rejects.toThrow(/data_batch_4, test_batch are missing; the python form/);
  });

  test.each<[string, Files, RegExp]>([
    ['CIFAR-100', { train: Buffer.from('x'), test: Buffer.from('x'), meta: Buffer.from('x') }, /CIFAR-100/],
    ['CIFAR-100, binary', { 'train.bin': Buffer.alloc(3074), 'test.bin': Buffer.alloc(3074) }, /CIFAR-100/],
    ['Parquet', { 'train-00000.parquet': Buffer.from('PAR1') }, /a Parquet file \(train-00000\.parquet\)/],
    ['pictures', { '0_cat.png': Buffer.from('x') }, /pictures in files of their own/],
  ])('%s', async (_, files, message) => {
    await expect(load(filesIn(files))).rejects.toThrow(message);
  });

  test('pictures by class', async () => {
    const outer = temporaryFolder();
    filesIn({ '1.jpg': Buffer.from('x') }, join(outer, 'train', 'cat'));
    await expect(load(outer)).rejects.toThrow(/pictures in files of their own \(1\.jpg\)/);
  });
});

describe('a file of something else is named', () => {
  test.each<[string, string, RegExp]>([
    [
      'a.tar.bz2',
      'BZh91AY',
      /compressed with bzip2, which this package does not read\. Unpack it, and give the folder/,
    ],
    ['a', '\xfd7zXZ\x00', /compressed with xz/],
    ['a', '\x28\xb5\x2f\xfd', /compressed with zstd/],
    ['a', '7z\xbc\xaf\x27\x1c', /a 7z archive/],
    ['a', 'Rar!\x1a\x07', /a RAR archive/],
    ['a', 'PAR1', /a Parquet file/],
    ['data_batch_1.mat', 'MATLAB 5.0 MAT-file', /the MATLAB version/],
    ['a', '\x89HDF\r\n\x1a\n', /an HDF5 file/],
    ['a', '\x93NUMPY', /a NumPy array/],
    ['a', '<!DOCTYPE html>', /a web page.*Fetch the file again/],
    ['a', 'version https://git-lfs.github.com/spec/v1', /a pointer of Git LFS/],
    ['data_batch_1', '\x80\x02}', /one file of the python form, which needs data_batch_1, .*such as /],
    ['batches.meta.txt', 'cat', /one file of the binary form/],
  ])('%s: %j', async (name, text, message) => {
    const path = join(filesIn({ [name]: Buffer.from(text, 'latin1') }), name);
    await expect(load(path)).rejects.toMatchObject({ code: 'UNRECOGNISED', message: expect.stringMatching(message) });
  });

  test.each<[string, string | Buffer, RegExp]>([
    ['a.tar.gz', '', /an empty file.*Fetch the file again/],
    ['a.tar.gz', 'xyz', /the name of an archive that is not one.*Fetch the file again/],
    ['a.zip', '\ufeff\n<!doctype html>', /a web page/],
    ['a.tar.gz', '<!-- saved --><html>', /a web page/],
    ['a.tar.gz', Buffer.from('\ufeff<html>', 'utf16le'), /a web page/],
    ['a.tar.gz', '<?xml version="1.0"?><Error/>', /a server's answer/],
    ['a.tar.gz', '{"error":"gone"}', /a server's answer/],
    ['a.tar.gz', gzipSync('<!DOCTYPE html>'), /what is compressed is a web page/],
    ['data_batch_1.gz', gzipSync('\xfd7zXZ\x00'), /not a whole \.tar\.gz archive/],
    [
      'a.tar.gz',
      gzipSync(Buffer.from('\xfd7zXZ\x00', 'latin1')),
      /what is compressed is an archive compressed with xz/,
    ],
    ['a.tar.gz', gzipSync(''), /there are no files in it/],
    ['cifar.pkl', '\x80\x04}', /under a name of its own \(cifar\.pkl\)/],
  ])('%s: %j', async (name, content, message) => {
    await expect(load(join(filesIn({ [name]: Buffer.from(content) }), name))).rejects.toThrow(message);
  });

  test('CIFAR-100, binary, also where its size fits records of CIFAR-10', async () => {
    const path = join(filesIn({ 'test.bin': Buffer.alloc(3074 * RECORD_SIZE) }), 'test.bin');
    await expect(load(path)).rejects.toThrow(/CIFAR-100, which this package does not read/);
  });
});

describe('a file of a form that is something else is named', () => {
  const withFirst = (form: 'python' | 'binary', bytes: Buffer, name = Object.keys(MINI_FILES[form]())[0]!) =>
    filesIn({ ...MINI_FILES[form](), [name]: bytes });
  const pointer = Buffer.from('version https://git-lfs.github.com/spec/v1');

  test.each<[string, () => string, RegExp]>([
    ['a pointer', () => withFirst('python', pointer), /data_batch_1: a pointer of Git LFS.*git lfs pull/],
    ['a pointer for records', () => withFirst('binary', pointer), /data_batch_1\.bin: a pointer of Git LFS/],
    ['a web page', () => withFirst('python', Buffer.from('<html>')), /data_batch_1: a web page/],
    [
      'a compressed one',
      () => withFirst('python', gzipSync('x')),
      /data_batch_1: an archive or a compressed file .*Unpack it/,
    ],
    [
      'changed line ends',
      () => withFirst('python', Buffer.from('\x80\x02cnumpy\r\nndarray\r\n', 'latin1')),
      /its line ends were changed .*text mode/,
    ],
  ])('%s', async (_, folder, message) => {
    const found = loadFrom({ dataDir: folder(), offline: true, allowUnverified: true }, miniOrigins());
    await expect(found).rejects.toMatchObject({ code: 'MALFORMED', message: expect.stringMatching(message) });
  });

  test('a pointer for the names of own classes', async () => {
    const first = pickleOf(miniRecords('data_batch_2'));
    const folder = filesIn({ ...MINI_FILES.python(), data_batch_1: first, 'batches.meta': pointer });
    const found = loadFrom({ dataDir: folder, offline: true, allowUnverified: true }, miniOrigins());
    await expect(found).rejects.toThrow(/batches\.meta: a pointer of Git LFS/);
  });

  test('in an archive', async () => {
    const files = { ...MINI_FILES.python(), data_batch_3: pointer };
    const path = join(filesIn({ 'a.tar.gz': archiveOf('data', files) }), 'a.tar.gz');
    await expect(load(path)).rejects.toThrow(/data\/data_batch_3: a pointer of Git LFS/);
  });

  test('records that begin like something else are records', async () => {
    const files = MINI_FILES.binary();
    files['data_batch_1.bin']!.set(Buffer.from('\x04\x22\x4d\x18', 'latin1'));
    const { source } = await loadFrom({ dataDir: filesIn(files), offline: true, allowUnverified: true }, miniOrigins());
    expect(source.form).toBe('binary');
  });

  test('a folder, and more than can be read', async () => {
    const { data_batch_1: _, ...rest } = MINI_FILES.python();
    const folder = filesIn(rest);
    mkdirSync(join(folder, 'data_batch_1'));
    await expect(load(folder)).rejects.toThrow(/data_batch_1: is a folder, where a file is expected/);
    const large = withFirst('python', Buffer.alloc(0));
    truncateSync(join(large, 'data_batch_1'), 2 ** 31);
    await expect(load(large)).rejects.toThrow(/holds 2147483648 bytes, more than the 2147483647/);
  });

  test.skipIf(process.platform === 'win32')('a FIFO that nobody writes to, and a device without an end', async () => {
    const { data_batch_1: _, ...rest } = MINI_FILES.python();
    for (const name of ['data_batch_1', 'batches.meta', 'cifar-10-python.tar.gz']) {
      const folder = filesIn(name === 'data_batch_1' ? rest : name === 'batches.meta' ? MINI_FILES.python() : {});
      execFileSync('mkfifo', [join(folder, name)]);
      await expect(load(folder)).rejects.toThrow(/is a FIFO, where a file is expected/);
    }
    const folder = filesIn(rest);
    symlinkSync('/dev/zero', join(folder, 'data_batch_1'));
    await expect(load(folder)).rejects.toThrow(/is a device or a socket, where a file is expected/);
  });
});
