import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { archiveKind } from '../../formats/archives/archive-kind.js';
import { foreignBytes, foreignDownload, foreignNames, foreignSize } from '../../formats/foreign.js';
import { FORMS, isComplete, layoutIn } from '../../formats/forms.js';
import { headOf } from '../../formats/head.js';
import { RECORDS_FILE } from '../../formats/records-file.js';
import { BATCH_NAMES, RECORD_SIZE } from '../../records.js';
import { ARCHIVE_NAMES, lonelyRecords, onePart, unreadable, unrecognised } from './given-errors.js';
import type { Recognised, RecognisedFolder } from './recognised.js';
import { archiveIn, chooseForm, searchFolders } from './search-folders.js';

/**
 * Recognises CIFAR-10 at a path by its contents: a folder of one of the forms, a folder that holds such a folder (up to
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
  if (names.some((name) => !name.startsWith('.'))) throw unrecognised(path, foreignNames([...names, ...inside.names]));
  return undefined;
}

function formIn(path: string, names: readonly string[]): RecognisedFolder | undefined {
  const layout = layoutIn(names);
  return layout && { kind: 'folder', path, layout };
}

/** Returns the form in a folder with the name that its archive gives it; a complete one before others. */
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
  const name = [...ARCHIVE_NAMES, RECORDS_FILE].find((known) => names.includes(known));
  return name === undefined ? undefined : recogniseFile(join(path, name));
}

async function recogniseFile(path: string): Promise<Recognised> {
  const { head, size } = await headOf(path).catch((error) => {
    throw unreadable(path, error);
  });
  const name = basename(path);
  if (archiveKind(head) !== undefined) return { kind: 'archive', path };
  // By its name, since your own data may have any size, and the cache has no header.
  if (name === RECORDS_FILE && size > 0 && size % (BATCH_NAMES.length * RECORD_SIZE) === 0) {
    return { kind: 'records', path };
  }
  const layout = FORMS.find(({ files, classNames }) => files.includes(name) || classNames?.file === name);
  if (layout !== undefined) throw onePart(path, layout);
  const foreign = foreignBytes(head) ?? foreignSize(name, size) ?? foreignDownload(name, size) ?? foreignNames([name]);
  if (foreign === undefined && size > 0 && size % RECORD_SIZE === 0) throw lonelyRecords(path, size / RECORD_SIZE);
  throw unrecognised(path, foreign);
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}
