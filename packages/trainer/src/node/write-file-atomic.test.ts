import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../node.js';
import { temporaryName } from './temporary-file.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'cifarlab-atomic-'));
  file = join(folder, 'file');
});
afterEach(() => fs.rm(folder, { recursive: true }));

/** Leaves a temporary file as a process does that is killed while it writes `path`. Returns its name. */
async function killWriter(path: string): Promise<string> {
  const { pid } = spawnSync(process.execPath, ['--eval', '']);
  const name = temporaryName(basename(path), 'abcdef012345').replace(`-${process.pid}-`, `-${pid}-`);
  await fs.writeFile(join(dirname(path), name), 'half');
  return name;
}

describe('writeFileAtomic', () => {
  it('writes text and bytes, and replaces what is there', async () => {
    await writeFileAtomic(file, 'grüße');
    expect(await fs.readFile(file, 'utf8')).toBe('grüße');
    await writeFileAtomic(file, Uint8Array.of(1, 2, 3));
    expect([...(await fs.readFile(file))]).toEqual([1, 2, 3]);
    expect(await fs.readdir(folder)).toEqual(['file']);
  });

  it('never shows a half-written file to a reader', async () => {
    const texts = ['a', 'b'].map((letter) => letter.repeat(1_000_000));
    await writeFileAtomic(file, texts[0]!);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 10; i++) await writeFileAtomic(file, texts[i % 2]!);
      writing = false;
    })();
    while (writing) expect(texts).toContain(await fs.readFile(file, 'utf8'));
    await writer;
  });

  it.each(['rename', 'sync', 'write'])(
    'keeps the old file and removes the temporary one when %s fails',
    async (where) => {
      await fs.writeFile(file, 'old');
      const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      const fail = () => Promise.reject(full);
      const open: typeof fs.open = async (...args) => {
        const handle = await fs.open(...args);
        if (where === 'sync') handle.sync = fail;
        if (where === 'write') handle.writeFile = fail;
        return handle;
      };
      const failing = { ...fs, open, ...(where === 'rename' ? { rename: fail } : {}) };
      await expect(writeFileAtomic(file, 'new', { fs: failing })).rejects.toBe(full);
      expect(await fs.readFile(file, 'utf8')).toBe('old');
      expect(await fs.readdir(folder)).toEqual(['file']);
    },
  );

  it('writes what a link points to, through several and to nothing yet, and keeps the link', async () => {
    await fs.mkdir(join(folder, 'elsewhere'));
    await fs.symlink('elsewhere', join(folder, 'way'));
    await fs.symlink(join('..', 'real'), join(folder, 'elsewhere', 'second'));
    await fs.symlink(join('way', 'second'), file);
    for (const text of ['first', 'then']) {
      await writeFileAtomic(file, text);
      expect(await fs.readFile(join(folder, 'real'), 'utf8')).toBe(text);
      expect(await fs.readlink(file)).toBe(join('way', 'second'));
    }
    expect(await fs.readdir(join(folder, 'elsewhere'))).toEqual(['second']);
  });

  it('gives up on links that lead in a circle', async () => {
    await fs.symlink('other', file);
    await fs.symlink('file', join(folder, 'other'));
    await expect(writeFileAtomic(file, '')).rejects.toMatchObject({ code: 'ELOOP', path: file });
  });

  it.skipIf(process.platform === 'win32').each([0o600, 0o640, 0o755])('keeps mode %o', async (mode) => {
    await fs.writeFile(file, 'old');
    await fs.chmod(file, mode);
    await writeFileAtomic(file, 'new');
    expect((await fs.stat(file)).mode & 0o7777).toBe(mode);
  });

  it.skipIf(process.getuid?.() !== 0)('keeps the owner', async () => {
    await fs.writeFile(file, 'old');
    await fs.chown(file, 1234, 2345);
    await writeFileAtomic(file, 'new');
    expect(await fs.stat(file)).toMatchObject({ uid: 1234, gid: 2345 });
  });

  it.skipIf(process.platform === 'win32')('writes into a pipe, which stays one', async () => {
    execFileSync('mkfifo', [file]);
    const reading = fs.readFile(file, 'utf8');
    await writeFileAtomic(file, 'through');
    expect(await reading).toBe('through');
    expect((await fs.stat(file)).isFIFO()).toBe(true);
    expect(await fs.readdir(folder)).toEqual(['file']);
  });

  it.skipIf(process.platform !== 'linux')('writes into a device, and names it when that fails', async () => {
    await writeFileAtomic('/dev/null', 'gone');
    expect((await fs.stat('/dev/null')).isCharacterDevice()).toBe(true);
    await expect(writeFileAtomic('/dev/full', 'x')).rejects.toMatchObject({ code: 'ENOSPC', path: '/dev/full' });
  });

  it('names a folder in its place', async () => {
    await fs.mkdir(file);
    const error: Error = await writeFileAtomic(file, '').catch((reason) => reason);
    expect(error).toMatchObject({ code: 'EISDIR', path: file });
    expect(error.message).not.toContain('.tmp');
    expect(await fs.readdir(folder)).toEqual(['file']);
  });

  it.each(['x'.repeat(255), 'ü'.repeat(127)])('writes a file with the longest name', async (name) => {
    for (const text of ['once', 'twice']) {
      await writeFileAtomic(join(folder, name), text);
      expect(await fs.readFile(join(folder, name), 'utf8')).toBe(text);
    }
    expect(await fs.readdir(folder)).toEqual([name]);
  });

  it('leaves a write-protected file as it is', async () => {
    await fs.writeFile(file, 'old');
    const access = () => Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }));
    await expect(writeFileAtomic(file, 'new', { fs: { ...fs, access } })).rejects.toMatchObject({
      code: 'EACCES',
      path: file,
    });
    expect(await fs.readFile(file, 'utf8')).toBe('old');
  });

  it('removes what a killed writer of the same file left, and nothing else', async () => {
    const left = await killWriter(file);
    const others = [
      '.file.0123456789ab.tmp',
      `.file.00000000-${process.pid}-0123456789ab.tmp`,
      '.file.tmp',
      '.other.0123456789ab.tmp',
      '.file.txt.0123456789ab.tmp',
    ];
    for (const name of others) await fs.writeFile(join(folder, name), 'not ours to remove yet');
    await writeFileAtomic(file, 'new');
    expect(await fs.readdir(folder)).toEqual([...others, 'file'].sort());
    expect(await fs.readdir(folder)).not.toContain(left);
    const twoHoursAgo = new Date(Date.now() - 7_200_000);
    for (const name of others) await fs.utimes(join(folder, name), twoHoursAgo, twoHoursAgo);
    await writeFileAtomic(file, 'newer');
    expect(await fs.readdir(folder)).toEqual([...others.slice(2), 'file'].sort());
  });

  it('fails on a missing folder', async () => {
    await expect(writeFileAtomic(join(folder, 'none', 'file'), '')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('survives a platform that cannot flush folders, and no other error of it', async () => {
    const withFolderError = (code: string) => ({
      ...fs,
      open: (async (path, flags, mode) => {
        if (flags === 'r') throw Object.assign(new Error(code), { code });
        return fs.open(path, flags, mode);
      }) as typeof fs.open,
    });
    await writeFileAtomic(file, 'fine', { fs: withFolderError('EISDIR') });
    expect(await fs.readFile(file, 'utf8')).toBe('fine');
    await expect(writeFileAtomic(file, 'x', { fs: withFolderError('EIO') })).rejects.toThrow('EIO');
  });
});
