import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../node.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'cifarlab-atomic-'));
  file = join(folder, 'file');
});
afterEach(() => fs.rm(folder, { recursive: true }));

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
