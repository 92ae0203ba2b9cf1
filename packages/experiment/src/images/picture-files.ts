import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { SkippedPicture } from './skipped-picture.js';
import { unfitPictures } from './unfit-pictures.js';

/** A picture with its class. */
export interface LabelledFile {
  /** Its path below the folder of the pictures, with `/` between the parts. */
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
  /** Files and folders that are left out. */
  skipped: readonly SkippedPicture[];
}

const EXTENSIONS = new Set(['.png', '.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.avif', '.svg']);

/** Names that the folder of the test pictures may have: the first one that is there is taken. */
const TEST_FOLDERS = ['test', 'val', 'valid', 'validation'];

/** The part of each class that is kept for testing where nobody has chosen. */
const TEST_SHARE = 0.2;

/** A label is a byte. */
const MOST_CLASSES = 256;

/** Longest name of a class, in characters, as checkpoints keep it. */
const LONGEST_NAME = 100;

/** Most files that are looked through: more would take too long, and nobody trains on so many here. */
const MOST_FILES = 1_000_000;

/** Files of a class; all paths are below the folder of the pictures. */
interface ClassFiles {
  name: string;
  /** Its folder. */
  folder: string;
  pictures: string[];
  skipped: SkippedPicture[];
}

/** Contents of a folder that has a folder for each class. */
interface ClassFolders {
  classes: ClassFiles[];
  /** Files and folders beside those of the classes, and links that lead nowhere. */
  skipped: SkippedPicture[];
}

/**
 * Finds the pictures of a folder that has a folder for each class, named after it, with pictures in it, at any depth. In
 * place of those it may have a folder `train` with such folders, and a folder `test` (or `val`, `valid`, `validation`) with
 * the same classes; without it a fifth of the pictures of each class is for testing. Which ones, and the order of all, depend
 * on the names of the files alone. Links are followed to files, and to the folders of classes.
 *
 * @returns undefined where the folder is not of this kind.
 * @throws RunError, `unfit-pictures`, where it is, and cannot be used as it is.
 */
export async function pictureFiles(path: string): Promise<PictureFiles | undefined> {
  const folders = await foldersIn(path);
  if (folders.length === 0) return undefined;
  const hasTrain = folders.includes('train');
  const testName = TEST_FOLDERS.find((name) => folders.includes(name));
  if (hasTrain && testName !== undefined) {
    const [train, test] = [await classesIn(path, 'train'), await classesIn(path, testName)];
    if (train.classes.every(({ pictures }) => pictures.length === 0)) return undefined;
    const unused = folders.filter((name) => name !== 'train' && name !== testName);
    return inTwoFolders(path, train, test, unused.map(notUsed));
  }
  const one = await classesIn(path, hasTrain && folders.length === 1 ? 'train' : '');
  if (one.classes.every(({ pictures }) => pictures.length === 0)) return undefined;
  return inOneFolder(path, one);
}

function notUsed(folder: string): SkippedPicture {
  return { file: folder, cause: 'place', reason: 'is beside the folders for training and testing' };
}

function inTwoFolders(
  path: string,
  train: ClassFolders,
  test: ClassFolders,
  unused: readonly SkippedPicture[],
): PictureFiles {
  const { classes, skipped } = withPictures(path, train);
  const classNames = classes.map(({ name }) => name);
  const tested = test.classes.filter(({ pictures }) => pictures.length > 0);
  const stranger = tested.find(({ name }) => !classNames.includes(name));
  if (stranger !== undefined) {
    const rule = `has test pictures of ${JSON.stringify(stranger.name)}, and none of that class to train on`;
    throw unfitPictures(path, rule, 'give both folders the same classes');
  }
  if (tested.length === 0) {
    throw unfitPictures(
      path,
      'has a folder for testing without pictures',
      'put pictures of each class in it, or take it away',
    );
  }
  const labelled = (folders: readonly ClassFiles[]) =>
    shuffled(
      folders.flatMap(({ name, pictures }) => pictures.map((file) => ({ file, label: classNames.indexOf(name) }))),
    );
  const left = [...skipped, ...test.skipped, ...test.classes.flatMap((one) => one.skipped), ...unused];
  return { classNames, train: labelled(classes), test: labelled(tested), skipped: left };
}

function inOneFolder(path: string, folders: ClassFolders): PictureFiles {
  const { classes, skipped } = withPictures(path, folders);
  const parts = classes.map(({ name, pictures }, label) => {
    if (pictures.length < 2) {
      const rule = `has one picture of ${JSON.stringify(name)}, and needs one to train on and one to test with`;
      throw unfitPictures(path, rule, 'add pictures, or take the folder away');
    }
    const all = shuffled(pictures.map((file) => ({ file, label })));
    const tests = Math.max(1, Math.round(TEST_SHARE * all.length));
    return { test: all.slice(0, tests), train: all.slice(tests) };
  });
  return {
    classNames: classes.map(({ name }) => name),
    train: shuffled(parts.flatMap(({ train }) => train)),
    test: shuffled(parts.flatMap(({ test }) => test)),
    skipped,
  };
}

/**
 * Leaves out the folders without pictures.
 *
 * @throws RunError, `unfit-pictures`, when those that are left cannot be the classes.
 */
function withPictures(path: string, { classes: all, skipped: beside }: ClassFolders): ClassFolders {
  const classes = all.filter(({ pictures }) => pictures.length > 0);
  const empty = all.filter(({ pictures }) => pictures.length === 0);
  if (classes.length < 2 || classes.length > MOST_CLASSES) {
    const some = empty.length === 0 ? '' : ` (none are in ${JSON.stringify(empty[0]!.name)})`;
    const rule = `has ${classes.length} folder${classes.length === 1 ? '' : 's'} of pictures${some}, and there must be 2 to ${MOST_CLASSES}, one for each class`;
    throw unfitPictures(path, rule, 'sort the pictures into a folder for each class');
  }
  const long = classes.find(({ name }) => name.length > LONGEST_NAME);
  if (long !== undefined) {
    const rule = `has a class whose name has ${long.name.length} characters`;
    throw unfitPictures(path, rule, `use at most ${LONGEST_NAME}`);
  }
  const again = classes.find(({ name }, index) => classes.findIndex((one) => one.name === name) < index);
  if (again !== undefined) {
    const rule = `has two folders of the name ${JSON.stringify(again.name)}, written with other bytes`;
    throw unfitPictures(path, rule, 'rename one of them, or put their pictures together');
  }
  const skipped = [
    ...empty.map(({ folder }): SkippedPicture => ({ file: folder, cause: 'class', reason: 'has no pictures' })),
    ...all.flatMap((one) => one.skipped),
    ...beside,
  ];
  return { classes, skipped };
}

/** Orders files by a digest of their names: the same everywhere, and in no order of the names. */
function shuffled(files: readonly LabelledFile[]): LabelledFile[] {
  // Systems write an accent in one character or in two.
  const place = ({ file }: LabelledFile) => createHash('sha256').update(file.normalize('NFC')).digest('hex');
  return files
    .map((file) => ({ file, place: place(file) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ file }) => file);
}

/** Lists the classes in a folder, given by its path below that of the pictures. */
async function classesIn(path: string, below: string): Promise<ClassFolders> {
  const at = join(path, below);
  const within = (name: string) => (below === '' ? name : `${below}/${name}`);
  const classes: ClassFiles[] = [];
  let files = 0;
  for (const name of await foldersIn(at)) {
    const found = await filesBelow(path, within(name), MOST_FILES - files);
    files += found.pictures.length + found.skipped.length;
    classes.push({ name: name.normalize('NFC'), folder: within(name), ...found });
  }
  classes.sort((a, b) => (a.name < b.name ? -1 : 1));
  const beside = (await readdir(at, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory() && isPicture(entry.name) && !entry.name.startsWith('.'))
    .map(({ name }): SkippedPicture => ({ file: within(name), cause: 'place', reason: 'is in no folder of a class' }));
  return { classes, skipped: beside };
}

/** Lists the files in a folder and in those inside it. @throws RunError, `unfit-pictures`, for more than `most`. */
async function filesBelow(
  path: string,
  folder: string,
  most: number,
): Promise<Pick<ClassFiles, 'pictures' | 'skipped'>> {
  const pictures: string[] = [];
  const skipped: SkippedPicture[] = [];
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of await readdir(join(path, at), { withFileTypes: true })) {
      if (isHidden(entry.name)) continue;
      const file = `${at}/${entry.name}`;
      const kind = await kindOf(join(path, file), entry);
      if (kind === 'folder' && entry.isSymbolicLink()) {
        // It may lead back to here.
        skipped.push({ file, cause: 'place', reason: 'is a link to a folder' });
      } else if (kind === 'folder') folders.push(file);
      else if (kind === 'file' && isPicture(file)) pictures.push(file);
      else if (kind === 'file') skipped.push({ file, cause: 'name', reason: 'is not named like a picture' });
      else skipped.push({ file, cause: 'content', reason: `is ${kind}` });
    }
    if (pictures.length + skipped.length > most) {
      throw unfitPictures(path, `has more than ${MOST_FILES} files`, 'take a part of the pictures');
    }
  }
  // What a system lists first is its own affair.
  return { pictures: pictures.sort(), skipped: skipped.sort((a, b) => (a.file < b.file ? -1 : 1)) };
}

type Kind = 'file' | 'folder' | 'a link that leads nowhere' | 'a pipe or a device';

async function kindOf(path: string, entry: Dirent): Promise<Kind> {
  const real = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
  if (real === undefined) return 'a link that leads nowhere';
  if (real.isFile()) return 'file';
  return real.isDirectory() ? 'folder' : 'a pipe or a device';
}

function isPicture(file: string): boolean {
  return EXTENSIONS.has(extname(file).toLowerCase());
}

function isHidden(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX';
}

/** Returns the names of the folders in a folder, and of links to folders, in alphabetical order; none where it is not one. */
async function foldersIn(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder) return [];
  const names: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (!isHidden(entry.name) && (await kindOf(join(path, entry.name), entry)) === 'folder') names.push(entry.name);
  }
  return names.sort();
}
