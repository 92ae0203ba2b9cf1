import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pictureFiles } from './picture-files.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pictures-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(...files: string[]): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), '');
  }
}
const many = (folder: string, count: number) => Array.from({ length: count }, (_, i) => `${folder}/${i}.png`);

describe('pictureFiles', () => {
  it('finds a folder for each class, and keeps a fifth of each for testing', async () => {
    await put(...many('dogs', 10), ...many('cats', 15), 'readme.txt');
    const { classNames, train, test, skipped } = (await pictureFiles(root))!;
    expect(classNames).toEqual(['cats', 'dogs']);
    const count = (files: typeof train, label: number) => files.filter((file) => file.label === label).length;
    expect([count(train, 0), count(test, 0), count(train, 1), count(test, 1)]).toEqual([12, 3, 8, 2]);
    expect(skipped).toEqual([]);
    for (const { file, label } of [...train, ...test]) expect(dirname(file)).toBe(classNames[label]);
    expect(new Set([...train, ...test].map(({ file }) => file)).size).toBe(25);
    // The first images are held out for validation: they must be of all classes.
    expect(new Set(train.slice(0, 10).map(({ label }) => label)).size).toBe(2);
  });

  it('splits by the names alone: the same in another place, and for most pictures when some are added', async () => {
    await put(...many('a', 20), ...many('b', 20));
    const names = async () => (await pictureFiles(root))!.test.map(({ file }) => file);
    const before = await names();
    expect(await names()).toEqual(before);
    await put('a/new.png');
    expect((await names()).filter((name) => before.includes(name)).length).toBeGreaterThanOrEqual(7);
  });

  it.each(['test', 'val', 'validation'])('takes the folders train and %s as they are', async (name) => {
    await put(...many('train/a', 3), ...many('train/b', 2), ...many(`${name}/b`, 4));
    const { classNames, train, test } = (await pictureFiles(root))!;
    expect([classNames, train.length, test.length]).toEqual([['a', 'b'], 5, 4]);
    expect(test.every(({ label }) => label === 1)).toBe(true);
  });

  it('takes pictures of every extension and depth, and names what it leaves out', async () => {
    await put('a/x/1.JPG', 'a/2.webp', 'a/.hidden.png', 'a/Thumbs.db', 'b/1.jpeg', 'b/2.tif', '.git/3.png');
    const { train, test, skipped } = (await pictureFiles(root))!;
    expect(train.length + test.length).toBe(4);
    expect(skipped).toEqual([{ file: 'a/Thumbs.db', cause: 'name', reason: 'is not named like a picture' }]);
  });

  it('splits a folder train without one for testing', async () => {
    await put(...many('train/a', 5), ...many('train/b', 5));
    const { classNames, train, test } = (await pictureFiles(root))!;
    expect([classNames, train.length, test.length]).toEqual([['a', 'b'], 8, 2]);
    // A train is something to recognise, too.
    await rm(join(root, 'train'), { recursive: true });
    await put(...many('train', 5), ...many('bus', 5));
    expect((await pictureFiles(root))!.classNames).toEqual(['bus', 'train']);
  });

  it('names what is beside the classes, and classes without pictures', async () => {
    await put(...many('train/a', 3), ...many('train/b', 2), ...many('test/b', 1), 'train/1.png', 'train/c/x.txt');
    await put('val/a/1.png', 'notes.txt');
    const skipped = (await pictureFiles(root))!.skipped.map(({ file, cause }) => [file, cause]);
    expect(skipped).toEqual([
      ['train/c', 'class'],
      ['train/c/x.txt', 'name'],
      ['train/1.png', 'place'],
      ['val', 'place'],
    ]);
  });

  it('takes names with spaces and accents, the same however these are written', async () => {
    const [one, two] = ['é', 'e\u0301'];
    await put(...many(`train/caf${one} noir`, 3), ...many('train/日本 🍵', 2), ...many(`test/caf${two} noir`, 2));
    const { classNames, test } = (await pictureFiles(root))!;
    expect(classNames).toEqual(['café noir', '日本 🍵']);
    expect(test.map(({ label }) => label)).toEqual([0, 0]);
  });

  it.skipIf(process.platform === 'win32')('follows links to files and classes, and no others', async () => {
    await put(...many('elsewhere/a', 3), ...many('own/b', 2), 'elsewhere/far.png');
    await symlink(join(root, 'elsewhere', 'a'), join(root, 'own', 'a'));
    await symlink(join(root, 'elsewhere', 'far.png'), join(root, 'own', 'b', 'far.png'));
    await symlink(join(root, 'own'), join(root, 'own', 'b', 'back'));
    await symlink('nowhere.png', join(root, 'own', 'b', 'lost.png'));
    const { classNames, train, test, skipped } = (await pictureFiles(join(root, 'own')))!;
    expect([classNames, train.length + test.length]).toEqual([['a', 'b'], 6]);
    expect(skipped.map(({ file, reason }) => `${file} ${reason}`)).toEqual([
      'b/back is a link to a folder',
      'b/lost.png is a link that leads nowhere',
    ]);
  });

  it('is not for what has no pictures in folders', async () => {
    expect(await pictureFiles(root)).toBeUndefined();
    await put('cifar-10-batches-py/data_batch_1', 'a.png');
    expect(await pictureFiles(root)).toBeUndefined();
    expect(await pictureFiles(join(root, 'a.png'))).toBeUndefined();
    expect(await pictureFiles(join(root, 'nowhere'))).toBeUndefined();
  });

  it.each<[string[], RegExp]>([
    [many('a', 3), /has 1 folder of pictures, and there must be 2 to 256/],
    [[...many('a', 3), 'b/1.png'], /has one picture of "b", and needs one to train on and one to test with/],
    [[...many('a', 3), 'b/notes.txt'], /has 1 folder of pictures \(none are in "b"\), and there must be 2 to 256/],
    [[...many('train/a', 3), ...many('train/b', 3), 'test/c/1.png'], /has test pictures of "c", and none of that/],
    [[...many('train/a', 3), ...many('train/b', 3), 'test/a/notes.txt'], /has a folder for testing without pictures/],
    [[...many('caf\u00e9', 2), ...many('cafe\u0301', 2)], /has two folders of the name "café"/],
    [[...many('a', 2), ...many('b'.repeat(101), 2)], /has a class whose name has 101 characters/],
    [Array.from({ length: 257 }, (_, i) => many(`c${i}`, 1)).flat(), /has 257 folders of pictures/],
  ])('refuses %j', async (files, message) => {
    await put(...files);
    await expect(pictureFiles(root)).rejects.toMatchObject({
      code: 'unfit-pictures',
      message: expect.stringMatching(message),
    });
  });
});
