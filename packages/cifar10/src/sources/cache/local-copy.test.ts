import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MINI, miniOrigins } from '../../../test/support/mini.js';
import { filesIn, temporaryFolder } from '../../../test/support/temporary-folder.js';
import { RECORDS_FILE } from '../../formats/records-file.js';
import { loadFrom } from '../../load-cifar10.js';
import { copyToMachine, localCopyDir } from './local-copy.js';

beforeEach(() => {
  for (const name of ['CIFARLAB_CACHE_DIR', 'CIFARLAB_LOCAL_DIR']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const claim = `${RECORDS_FILE}.claim.tmp`;
const isMini = (file: string) => Buffer.compare(readFileSync(file), MINI.records) === 0;

/** Returns a shared cache, a folder for the copy, and a loader that tells its news. */
function setUp() {
  const cacheDir = filesIn({ [RECORDS_FILE]: MINI.records });
  const localDir = join(temporaryFolder(), 'new');
  const news: string[] = [];
  const load = async (options = {}) => {
    const onProgress = ({ phase, message }: { phase: string; message: string }) => news.push(`${phase} ${message}`);
    const given = { cacheDir, localDir, offline: true, onProgress, ...options };
    return (await loadFrom(given, miniOrigins())).source;
  };
  return { cacheDir, localDir, copy: join(localDir, RECORDS_FILE), news, load };
}

describe('the copy on a disk of the machine', () => {
  test('is made of the cache, and read the next time without it', async () => {
    const { load, cacheDir, localDir, copy } = setUp();
    expect((await load()).from).toBe(join(cacheDir, RECORDS_FILE));
    expect(isMini(copy)).toBe(true);
    expect(readdirSync(localDir)).toEqual([RECORDS_FILE]);
    rmSync(cacheDir, { recursive: true });
    expect(await load()).toMatchObject({ from: copy, origin: 'cache', verified: true });
  });

  test('that is damaged is replaced', async () => {
    const { load, cacheDir, localDir, copy, news } = setUp();
    await load();
    writeFileSync(copy, MINI.records.slice().fill(0, 5, 9));
    expect((await load()).from).toBe(join(cacheDir, RECORDS_FILE));
    expect(news).toContainEqual(
      expect.stringMatching(/^warning The cache is not usable: .*is not the published batch/),
    );
    expect(isMini(copy)).toBe(true);
    expect((await load({ cacheDir: localDir, localDir: undefined })).from).toBe(copy);
  });

  test('is made by one process at a time', async () => {
    const { localDir, copy, load, news } = setUp();
    const copied = await Promise.all(Array.from({ length: 6 }, () => copyToMachine(localDir, MINI.records)));
    expect(copied).toContain(true);
    expect(isMini(copy)).toBe(true);
    expect(readdirSync(localDir)).toEqual([RECORDS_FILE]);
    rmSync(copy);
    writeFileSync(join(localDir, claim), '');
    await load();
    expect(news.at(-1)).toBe(`skip Another process copies the images to ${copy}`);
    expect(existsSync(copy)).toBe(false);
  });

  test('is made anew after a process that died while it copied', async () => {
    const { localDir, copy, load } = setUp();
    await copyToMachine(localDir, MINI.records);
    rmSync(copy);
    const hoursAgo = Date.now() / 1000 - 7200;
    for (const name of [claim, `${RECORDS_FILE}.17-0123abcd.tmp`]) {
      writeFileSync(join(localDir, name), 'half');
      utimesSync(join(localDir, name), hoursAgo, hoursAgo);
    }
    await load();
    expect(isMini(copy)).toBe(true);
    expect(readdirSync(localDir)).toEqual([RECORDS_FILE]);
  });

  test('that cannot be made leaves the images as they are', async () => {
    const { load, cacheDir, news } = setUp();
    const file = join(filesIn({ file: new Uint8Array(1) }), 'file');
    expect((await load({ localDir: file })).from).toBe(join(cacheDir, RECORDS_FILE));
    expect(news.at(-1)).toMatch(/^warning The images could not be copied to .*: /);
  });

  test('is not made of images that were given', async () => {
    const { load, localDir, cacheDir } = setUp();
    expect((await load({ dataDir: join(cacheDir, RECORDS_FILE) })).origin).toBe('given');
    expect(existsSync(localDir)).toBe(false);
  });

  test('is in the folder that the environment names', async () => {
    expect(localCopyDir(undefined, {})).toBeUndefined();
    expect(localCopyDir('here', { CIFARLAB_LOCAL_DIR: 'there' })).toBe('here');
    expect(() => localCopyDir(undefined, { CIFARLAB_LOCAL_DIR: ' ' })).toThrow(/CIFARLAB_LOCAL_DIR/);
    const { load, localDir, copy } = setUp();
    vi.stubEnv('CIFARLAB_LOCAL_DIR', localDir);
    await load({ localDir: undefined });
    expect(isMini(copy)).toBe(true);
  });
});
