import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeSystemError } from './system-errors.js';

/** Returns an error as Node makes one. */
function systemError(code: string, { path, syscall = 'open' }: { path?: string; syscall?: string } = {}): Error {
  return Object.assign(
    new Error(`${code}: what the system says`),
    { code, syscall },
    path === undefined ? {} : { path },
  );
}

describe('describeSystemError', () => {
  it.each([
    ['EACCES', 'no permission for /a/b; choose another folder or change its permissions'],
    ['EPERM', 'the system does not allow writing /a/b; choose another folder'],
    ['EROFS', '/a/b is on a read-only file system; choose another folder'],
    ['ENOSPC', 'no space left on the device that holds /a/b; free some space or choose another folder'],
    ['EDQUOT', 'the disk quota for /a/b is used up; free some space or choose another folder'],
    ['EFBIG', '/a/b would be larger than the system allows; raise the limit (ulimit -f)'],
    ['ENOENT', '/a/b does not exist; check the path'],
    ['ENOTDIR', 'a part of /a/b is a file, not a folder; choose another path'],
    ['EISDIR', '/a/b is a folder where a file is expected; check the path'],
    ['EEXIST', '/a/b exists already; choose another path'],
    ['ENAMETOOLONG', 'the name /a/b is too long for the file system; choose a shorter one'],
    ['ELOOP', '/a/b is a symbolic link that leads back to itself; choose another path'],
    ['EMFILE', 'too many open files; raise the limit (ulimit -n) and try again'],
    ['EIO', '/a/b could not be read or written (input/output error); check the device'],
  ])('says what %s means and what to do, with its path and without', (code, words) => {
    expect(describeSystemError(systemError(code, { path: '/a/b' }))).toBe(words);
    const without = describeSystemError(systemError(code));
    expect(without).toMatch(/^[^;]+; [^;]+$/);
    expect(without).not.toMatch(/undefined|\/a\/b/);
  });

  it('says how another folder is chosen on a read-only file system', () => {
    const error = systemError('EROFS', { path: '/a' });
    expect(describeSystemError(error, 'use the other disk')).toBe(
      '/a is on a read-only file system; use the other disk',
    );
  });

  it('leaves errors alone that have a message of their own', () => {
    expect(describeSystemError(new Error('the checkpoint is damaged'))).toBeUndefined();
    // A package's error may have a code too, but no system call.
    expect(describeSystemError(Object.assign(new Error('no images'), { code: 'ENOENT' }))).toBeUndefined();
    expect(describeSystemError(systemError('ENOTTY'))).toBeUndefined();
  });

  describe('of the real file system', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'cifarlab-internals-'));
      await writeFile(join(folder, 'file'), '');
    });
    afterAll(() => rm(folder, { recursive: true }));

    const described = async (work: Promise<unknown>) =>
      describeSystemError(await work.then(() => new Error('it worked')).catch((error: Error) => error));

    it('tells a file that is missing from a folder that cannot be made', async () => {
      const missing = join(folder, 'missing');
      expect(await described(readFile(missing))).toBe(`${missing} does not exist; check the path`);
      const deep = join(missing, 'deep');
      expect(await described(mkdir(deep))).toBe(`the folder ${deep} cannot be made there; choose another path`);
    });

    it('tells a file in place of a folder', async () => {
      const file = join(folder, 'file');
      expect(await described(mkdir(file))).toBe(`${file} is a file, not a folder; choose another path`);
    });
  });
});
