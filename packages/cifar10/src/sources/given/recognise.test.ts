import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { archiveOf, FOLDER_OF, MINI_FILES } from '../../../test/support/forms.js';
import { MINI, MINI_FOLDER, MINI_PICKLES } from '../../../test/support/mini.js';
import { filesIn, temporaryFolder } from '../../../test/support/temporary-folder.js';
import { RECORDS_FILE } from '../../formats/records-file.js';
import { RECORD_SIZE } from '../../records.js';
import { recognise } from './recognise.js';

describe('recognised by content', () => {
  test.each(['python', 'binary', 'sheets'] as const)('%s files, and a folder that holds theirs', async (form) => {
    const outer = temporaryFolder();
    const inner = filesIn(MINI_FILES[form](), join(outer, FOLDER_OF[form]));
    const expected = { kind: 'folder', path: inner, layout: expect.objectContaining({ form }) };
    expect(await recognise(inner)).toEqual(expected);
    expect(await recognise(outer)).toEqual(expected);
  });

  test('the files may lie in a folder of any name', async () => {
    const folder = filesIn(MINI_FILES.binary(), join(temporaryFolder(), 'my data'));
    expect(await recognise(folder)).toMatchObject({ kind: 'folder', path: folder, layout: { form: 'binary' } });
  });

  test('an archive of any name, and a folder with one of the published names', async () => {
    const folder = temporaryFolder();
    const archive = archiveOf('cifar-10-batches-bin', MINI_FILES.binary());
    filesIn({ 'cifar-10-binary.tar.gz': archive, 'anything.bin': archive }, folder);
    const named = { kind: 'archive', path: join(folder, 'cifar-10-binary.tar.gz') };
    expect(await recognise(folder)).toEqual(named);
    expect(await recognise(named.path)).toEqual(named);
    expect(await recognise(join(folder, 'anything.bin'))).toMatchObject({ kind: 'archive' });
  });

  test('a cache file, and a folder with one', async () => {
    const folder = filesIn({ [RECORDS_FILE]: MINI.records });
    const expected = { kind: 'records', path: join(folder, RECORDS_FILE) };
    expect(await recognise(folder)).toEqual(expected);
    expect(await recognise(expected.path)).toEqual(expected);
  });

  test('through a symbolic link', async () => {
    const link = join(temporaryFolder(), 'link');
    symlinkSync(MINI_FOLDER, link, 'junction');
    expect(await recognise(link)).toMatchObject({ kind: 'folder' });
  });

  test('a form with files missing is still that form: its reader says what is missing', async () => {
    const folder = temporaryFolder();
    cpSync(join(MINI_PICKLES, 'data_batch_3'), join(folder, 'data_batch_3'));
    expect(await recognise(folder)).toMatchObject({ kind: 'folder', layout: { form: 'python' } });
  });

  test('an empty folder is nothing, hidden files or not', async () => {
    const folder = temporaryFolder();
    expect(await recognise(folder)).toBeUndefined();
    filesIn({ '.gitkeep': Buffer.alloc(0), '.DS_Store': Buffer.alloc(4) }, folder);
    expect(await recognise(folder)).toBeUndefined();
  });
});

describe('a file of records that is not the cache is named, whatever its size', () => {
  test.each([1, 6, 7, 240])('%d records', async (count) => {
    const folder = filesIn({ 'own.bin': Buffer.alloc(count * RECORD_SIZE) });
    await expect(recognise(join(folder, 'own.bin'))).rejects.toMatchObject({
      code: 'UNRECOGNISED',
      message: expect.stringMatching(
        new RegExp(`own\\.bin: a file of ${count} records of 3073 bytes, where six batches .*data_batch_1\\.bin, `),
      ),
    });
  });

  test('a batch of the binary version: its folder is what to give', async () => {
    const folder = filesIn(MINI_FILES.binary());
    await expect(recognise(join(folder, 'data_batch_2.bin'))).rejects.toThrow(`such as ${folder}.`);
  });
});

describe('what is something else is an error that names what was looked for', () => {
  const lookedFor =
    /no CIFAR-10 here; looked for cifar-10-batches-py \(data_batch_1 \.\.\. test_batch\), cifar-10-batches-bin .*cifar-10-python\.tar\.gz.*Give the folder or file that holds it, an empty folder, or nothing/;
  const unrecognised = { code: 'UNRECOGNISED', message: expect.stringMatching(lookedFor) };

  test('a folder of something else', async () => {
    await expect(recognise(filesIn({ 'photo.jpg': Buffer.from('x') }))).rejects.toMatchObject(unrecognised);
  });

  test('a folder of the right name without the files', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'cifar-10-batches-py'));
    await expect(recognise(folder)).rejects.toMatchObject(unrecognised);
  });

  test.each<[string, Buffer]>([
    ['text', Buffer.from('hello')],
    ['empty', Buffer.alloc(0)],
  ])('a file: %s', async (name, bytes) => {
    const folder = filesIn({ [name]: bytes });
    await expect(recognise(join(folder, name))).rejects.toMatchObject(unrecognised);
  });

  test('nothing at all', async () => {
    await expect(recognise(join(temporaryFolder(), 'gone'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/gone: cannot be read \(there is nothing there\)\. Give a folder or file/),
    });
  });
});
