import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { RunError } from '../run/run-error.js';
import { named, sentence } from '../settings/sentence.js';

/** A picture with its class. */
export interface LabelledFile {
  /** Its path. */
  file: string;
  /** The place of its class among the names. */
  label: number;
}

/** The pictures of a folder, in two parts. */
export interface PictureFiles {
  /** Names of the classes, in the alphabetical order of the folders. */
  classNames: readonly string[];
  train: readonly LabelledFile[];
  test: readonly LabelledFile[];
  /** Files in the folders that are not pictures. */
  others: readonly string[];
}

const EXTENSIONS = new Set(['.png', '.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.avif', '.svg']);

/** The part of each class that is kept for testing where nobody has chosen. */
const TEST_SHARE = 0.2;

/** A label is a byte. */
const MOST_CLASSES = 256;

/** Most files that are looked through: more would take too long, and nobody trains on so many here. */
const MOST_FILES = 1_000_000;

/** Files of a class. */
interface ClassFiles {
  name: string;
  pictures: string[];
  others: string[];
}

/**
 * Finds the pictures of a folder that has a folder for each class, named after it, with pictures in it, at any depth. In
 * place of those it may have two folders, `train` and `test` (or `val`), with such folders; otherwise a fifth of the pictures
 * of each class is for testing. Which ones, and the order of all, depend on the names of the files alone.
 *
 * @returns undefined where the folder is not of this kind.
 * @throws RunError, `unfit-pictures`, where it is, and cannot be used as it is.
 */
export async function pictureFiles(path: string): Promise<PictureFiles | undefined> {
  const folders = await foldersIn(path);
  const trainName = folders.find((name) => name === 'train');
  const testName = ['test', 'val'].find((name) => folders.includes(name));
  if (trainName !== undefined && testName !== undefined) {
    const [train, test] = [await classesIn(join(path, trainName)), await classesIn(join(path, testName))];
    if (train.every(({ pictures }) => pictures.length === 0)) return undefined;
    return inTwoFolders(path, train, test);
  }
  const classes = await classesIn(path);
  if (classes.every(({ pictures }) => pictures.length === 0)) return undefined;
  return inOneFolder(path, classes);
}

function inTwoFolders(path: string, train: readonly ClassFiles[], test: readonly ClassFiles[]): PictureFiles {
  requireClasses(path, train);
  const classNames = train.map(({ name }) => name);
  const stranger = test.find(({ name }) => !classNames.includes(name));
  if (stranger !== undefined) {
    const rule = `has test pictures of ${JSON.stringify(stranger.name)}, and no folder of that name to train on`;
    throw unfit(path, rule, 'give both folders the same classes');
  }
  const labelled = (classes: readonly ClassFiles[]) =>
    shuffled(
      path,
      classes.flatMap(({ name, pictures }) => pictures.map((file) => ({ file, label: classNames.indexOf(name) }))),
    );
  const others = [...train, ...test].flatMap((one) => one.others);
  return { classNames, train: labelled(train), test: labelled(test), others };
}

function inOneFolder(path: string, classes: readonly ClassFiles[]): PictureFiles {
  requireClasses(path, classes);
  const parts = classes.map(({ name, pictures }, label) => {
    if (pictures.length < 2) {
      const rule = `has one picture of ${JSON.stringify(name)}, and needs one to train on and one to test with`;
      throw unfit(path, rule, 'add pictures, or take the folder away');
    }
    const all = shuffled(
      path,
      pictures.map((file) => ({ file, label })),
    );
    const tests = Math.max(1, Math.round(TEST_SHARE * all.length));
    return { test: all.slice(0, tests), train: all.slice(tests) };
  });
  return {
    classNames: classes.map(({ name }) => name),
    train: shuffled(
      path,
      parts.flatMap(({ train }) => train),
    ),
    test: shuffled(
      path,
      parts.flatMap(({ test }) => test),
    ),
    others: classes.flatMap(({ others }) => others),
  };
}

function requireClasses(path: string, classes: readonly ClassFiles[]): void {
  const empty = classes.find(({ pictures }) => pictures.length === 0);
  if (empty !== undefined) {
    throw unfit(
      path,
      `has a folder ${JSON.stringify(empty.name)} without pictures`,
      'add pictures to it, or take it away',
    );
  }
  if (classes.length < 2 || classes.length > MOST_CLASSES) {
    const rule = `has ${classes.length} folder${classes.length === 1 ? '' : 's'} of pictures, and there must be 2 to ${MOST_CLASSES}, one for each class`;
    throw unfit(path, rule, 'sort the pictures into a folder for each class');
  }
  const long = classes.find(({ name }) => name.length > 100);
  if (long !== undefined) {
    throw unfit(path, `has a class whose name has ${long.name.length} characters`, 'use at most 100');
  }
}

/** Orders files by a digest of their names below the folder: the same everywhere, and in no order of the names. */
function shuffled(path: string, files: readonly LabelledFile[]): LabelledFile[] {
  const place = ({ file }: LabelledFile) =>
    createHash('sha256').update(file.slice(path.length).replaceAll('\\', '/').replace(/^\/+/, '')).digest('hex');
  return files
    .map((file) => ({ file, place: place(file) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ file }) => file);
}

async function classesIn(path: string): Promise<ClassFiles[]> {
  const classes: ClassFiles[] = [];
  let files = 0;
  for (const name of await foldersIn(path)) {
    const folder = join(path, name);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    files += entries.length;
    if (files > MOST_FILES) {
      throw unfit(path, `has more than ${MOST_FILES} files`, 'take a part of the pictures');
    }
    const names = entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name));
    const isPicture = (file: string) => EXTENSIONS.has(extname(file).toLowerCase());
    classes.push({
      name,
      pictures: names.filter(isPicture),
      others: names.filter((file) => !isPicture(file)),
    });
  }
  return classes;
}

/** Returns the names of the folders in a folder, in alphabetical order; none where it is not one. */
async function foldersIn(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) return [];
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== '__MACOSX')
    .map(({ name }) => name)
    .sort();
}

function unfit(path: string, rule: string, remedy: string): RunError {
  return new RunError({
    code: 'unfit-pictures',
    rule: sentence`${named('dataDir', path)} ${rule}`,
    remedy,
  });
}
