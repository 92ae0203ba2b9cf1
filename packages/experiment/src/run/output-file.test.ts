import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forFile, refuseFolder } from './output-file.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cifarlab-output-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const place = (...parts: string[]) => join(root, ...parts);

describe('forFile', () => {
  const fail = async () => {
    throw new Error('no');
  };

  it('keeps what was made for work that is done, and takes it back from work that fails', async () => {
    expect(await forFile(place('kept', 'a', 'x.json'), async () => 7)).toBe(7);
    await expect(forFile(place('gone', 'a', 'x.json'), fail)).rejects.toThrow('no');
    expect(await readdir(root, { recursive: true })).toEqual(['kept', join('kept', 'a')]);
  });

  it('takes back neither what was there nor what holds something', async () => {
    await mkdir(place('there'));
    await expect(forFile(place('there', 'x.json'), fail)).rejects.toThrow('no');
    const written = forFile(place('made', 'a', 'x.json'), async () => {
      await writeFile(place('made', 'kept'), '');
      await fail();
    });
    await expect(written).rejects.toThrow('no');
    expect((await readdir(root, { recursive: true })).sort()).toEqual(['made', join('made', 'kept'), 'there']);
  });
});

it('refuseFolder refuses a folder, and the name of one', async () => {
  await mkdir(place('a'));
  for (const path of [place('a'), `${place('new')}/`]) {
    await expect(refuseFolder(path, 'a/report.html')).rejects.toMatchObject({
      code: 'not-writable',
      message: `${path} is a folder where a file is expected; give a file in it, such as a/report.html`,
    });
  }
  await refuseFolder(place('new'), 'new/report.html');
});
