import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolders, removeEmptyFolders } from './own-folders.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cifarlab-folders-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const place = (...parts: string[]) => join(root, ...parts);
const faultOf = (path: string): Promise<unknown> =>
  makeFolders(path).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('makeFolders', () => {
  it('tells which folders it made, the outermost first', async () => {
    await mkdir(place('a'));
    expect(await makeFolders(place('a', 'b', 'c'))).toEqual([place('a', 'b'), place('a', 'b', 'c')]);
    expect(await makeFolders(place('a', 'b'))).toEqual([]);
  });

  it('takes back what it made when it cannot go on', async () => {
    await writeFile(place('file'), '');
    expect(await faultOf(place('file', 'a'))).toMatchObject({ code: 'ENOTDIR' });
    expect(await faultOf(place('new', 'x'.repeat(300)))).toMatchObject({ code: 'ENAMETOOLONG' });
    expect(await readdir(root)).toEqual(['file']);
  });

  it('says what is in the way', async () => {
    await writeFile(place('file'), '');
    await symlink('nowhere', place('lost'));
    await symlink('circle', place('circle'));
    expect(await faultOf(place('file'))).toMatchObject({ code: 'EEXIST', syscall: 'mkdir', path: place('file') });
    const message = `${place('lost')} is a symbolic link to a folder that is not there; make that folder, or choose another path`;
    for (const path of [place('lost'), place('lost', 'run')]) {
      expect(await faultOf(path)).toMatchObject({ code: 'broken-link', place: place('lost'), message });
    }
    expect(await faultOf(place('circle'))).toMatchObject({ code: 'ELOOP', path: place('circle') });
  });

  it.skipIf(process.platform !== 'linux')('says what the system says where it makes no folders', async () => {
    expect(await faultOf('/sys/cifarlab-test/a')).toMatchObject({
      code: expect.stringMatching(/^E(ACCES|PERM|ROFS)$/),
    });
  });

  it('takes a link to a folder for a folder', async () => {
    await mkdir(place('real'));
    await symlink('real', place('link'));
    expect(await makeFolders(place('link', 'run'))).toEqual([place('link', 'run')]);
  });
});

it('removeEmptyFolders leaves what is not empty', async () => {
  const made = await makeFolders(place('a', 'b', 'c'));
  await writeFile(place('a', 'kept'), '');
  await removeEmptyFolders(made);
  expect(await readdir(root, { recursive: true })).toEqual(['a', join('a', 'kept')]);
});
