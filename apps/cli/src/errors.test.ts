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
    expect(describeError(systemError('ENOSPC'))).toMatch(/^no space left on the device that holds the file;/);
  });

  it('keeps the message of a system error it has no words for', () => {
    expect(describeError(systemError('ELOOP', '/runs/a'))).toBe('ELOOP: what the system says');
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
