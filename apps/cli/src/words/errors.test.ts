import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliError, describeError } from './errors.js';

const systemError = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: what the system says`), { code, syscall: 'open', ...(path ? { path } : {}) });

describe('describeError', () => {
  it.each([
    ['EACCES', 'no permission for /runs/a; choose another folder or change its permissions'],
    ['ENOSPC', 'no space left on the device that holds /runs/a; free some space or choose another folder'],
    ['EROFS', '/runs/a is on a read-only file system; choose another folder with --out'],
    ['ELOOP', '/runs/a is a symbolic link that leads back to itself; choose another path'],
    ['ENOTDIR', 'a part of /runs/a is a file, not a folder; choose another path'],
    ['EISDIR', '/runs/a is a folder where a file is expected; check the path'],
  ])('says what %s means and what to do', (code, line) => {
    expect(describeError(systemError(code, '/runs/a'))).toBe(line);
  });

  it('describes an error of the real file system', async () => {
    const path = join(tmpdir(), 'cifarlab-there-is-no-such-file');
    const error: unknown = await readFile(path).catch((reason: unknown) => reason);
    expect(describeError(error)).toBe(`${path} does not exist; check the path`);
  });

  it('does without a path', () => {
    for (const code of [
      'EACCES',
      'EPERM',
      'EROFS',
      'ENOSPC',
      'EDQUOT',
      'EFBIG',
      'ENOENT',
      'ENOTDIR',
      'EISDIR',
      'EIO',
    ]) {
      expect(describeError(systemError(code))).toMatch(/^[^;]+; [^;]+$/);
      expect(describeError(systemError(code))).not.toMatch(/undefined|the file\b(?! system)/);
    }
  });

  it('tells a folder that cannot be made from a file that is missing', () => {
    const mkdirError = (code: string) => Object.assign(systemError(code, '/a/b'), { syscall: 'mkdir' });
    expect(describeError(mkdirError('EEXIST'))).toBe('/a/b is a file, not a folder; choose another path');
    expect(describeError(mkdirError('ENOENT'))).toBe('the folder /a/b cannot be made there; choose another path');
    expect(describeError(mkdirError('EROFS'))).toMatch(/read-only file system/);
  });

  it('keeps the message of a system error it has no words for', () => {
    expect(describeError(systemError('ENOTTY', '/runs/a'))).toBe('ENOTTY: what the system says');
  });

  it('keeps the message of an error that names its own remedy, even if it has a code', () => {
    const error = Object.assign(new CliError('the checkpoint is damaged: train again'), { code: 'ENOENT' });
    expect(describeError(error)).toBe('the checkpoint is damaged: train again');
  });

  it('makes one line of several', () => {
    expect(describeError(new Error(' first\n   second\r\nthird '))).toBe('first second third');
  });

  it('takes whatever was thrown', () => {
    expect(describeError('a text\nin two lines')).toBe('a text in two lines');
    expect(describeError(undefined)).toBe('undefined');
  });
});
