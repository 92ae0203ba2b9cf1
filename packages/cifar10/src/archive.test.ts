import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type TarEntry, tarOf } from '../test/support/forms.js';
import { ARCHIVE_LIMITS, type ArchiveLimits, readTar } from './archive.js';

async function read(gz: Uint8Array, limits?: Partial<ArchiveLimits>): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const wanted = (name: string) => name.startsWith('data/');
  const keep = async (name: string, bytes: Uint8Array) => {
    files[name] = Buffer.from(bytes).toString();
  };
  await readTar(Readable.from([gz]), 'a.tar.gz', wanted, keep, { limits: { ...ARCHIVE_LIMITS, ...limits } });
  return files;
}
const gz = (...entries: TarEntry[]) => gzipSync(tarOf(entries));
const file = (path: string, text: string): TarEntry => ({ path, bytes: Buffer.from(text) });

test('only the wanted files are read, whatever else is there', async () => {
  const archive = gz(
    { path: 'data/', type: 'Directory' },
    file('data/a', 'one'),
    file('readme', 'no'),
    file('./data/b', 'two'),
  );
  expect(await read(archive)).toEqual({ 'data/a': 'one', 'data/b': 'two' });
});

test('a file larger than the chunks it comes in', async () => {
  const text = 'x'.repeat(1_000_000);
  expect(await read(gz(file('data/a', text)))).toEqual({ 'data/a': text });
});

test('a tar without compression', async () => {
  expect(await read(tarOf([file('data/a', 'one')]))).toEqual({ 'data/a': 'one' });
});

test.each([gzipSync, (bytes: Buffer) => bytes])('as many entries as the limit allows, and no more', async (pack) => {
  const entries = Array.from({ length: 50 }, (_, i) => file(`other/${i}`, ''));
  expect(await read(pack(tarOf(entries)), { entries: 50 })).toEqual({});
  await expect(read(pack(tarOf(entries)), { entries: 49 })).rejects.toMatchObject({
    code: 'UNSAFE_ARCHIVE',
    message: expect.stringContaining('it holds more than 49 entries'),
  });
});

describe('hostile archives are refused', () => {
  const target = file('data/a', 'one');
  test.each<[string, TarEntry, RegExp]>([
    ['climbing', file('../../data/x', 'x'), /the name "\.\.\/\.\.\/data\/x" points outside the archive/],
    ['climbing inside', file('data/../../x', 'x'), /points outside the archive/],
    ['backslashes', file('data\\..\\x', 'x'), /points outside the archive/],
    ['absolute', file('/etc/passwd', 'x'), /the name "\/etc\/passwd" points outside/],
    ['drive', file('C:/x', 'x'), /points outside/],
    [
      'symbolic link',
      { path: 'data/b', type: 'SymbolicLink', linkpath: '/etc/passwd' },
      /"data\/b" is of the kind SymbolicLink/,
    ],
    ['hard link', { path: 'other', type: 'Link', linkpath: 'data/a' }, /"other" is of the kind Link/],
    ['device', { path: 'data/b', type: 'CharacterDevice' }, /is of the kind CharacterDevice/],
  ])('%s', async (_, entry, message) => {
    await expect(read(gz(target, entry))).rejects.toThrow(message);
    await expect(read(gz(entry, target))).rejects.toMatchObject({ code: 'UNSAFE_ARCHIVE' });
  });

  test('a file over the limit', async () => {
    const limits = { total: 1e6, file: 10 };
    await expect(read(gz(file('data/a', 'x'.repeat(11))), limits)).rejects.toThrow(
      /"data\/a" holds 11 bytes, more than 10/,
    );
  });

  test('a bomb: little that unpacks to a lot', async () => {
    const bomb = gz(file('other', '0'.repeat(50_000_000)));
    expect(bomb.length).toBeLessThan(60_000);
    await expect(read(bomb, { total: 1e6, file: 1e9 })).rejects.toThrow(/unpacks to more than 1000000 bytes/);
  });

  test('a second layer of compression is not unpacked', async () => {
    await expect(read(gzipSync(gz(target)))).rejects.toThrow(
      /what is compressed is an archive that is compressed once more \(gzip\)\. Unpack it/,
    );
  });
});

describe('broken archives', () => {
  test.each<[string, () => Uint8Array]>([
    ['truncated', () => gz(file('data/a', Math.PI.toString().repeat(1000))).subarray(0, 80)],
    ['truncated inside the tar', () => gzipSync(tarOf([file('data/a', 'x'.repeat(5000))]).subarray(0, 2000))],
    ['no gzip', () => Buffer.from('<html>not found</html>')],
    ['no tar', () => gzipSync('<html>not found</html>'.repeat(100))],
    [
      'a flipped byte in a header',
      () => {
        const tar = tarOf([file('data/a', 'one')]);
        tar[3]! ^= 1;
        return gzipSync(tar);
      },
    ],
  ])('%s', async (_, make) => {
    await expect(read(make())).rejects.toMatchObject({
      code: 'MALFORMED',
      message: expect.stringMatching(/^a\.tar\.gz: not a whole/),
    });
  });
});

test('an error of the source passes through', async () => {
  const source = (async function* () {
    yield gz(file('data/a', 'one')).subarray(0, 20);
    throw new Error('the line went dead');
  })();
  await expect(
    readTar(
      source,
      'a',
      () => true,
      async () => undefined,
    ),
  ).rejects.toThrow('the line went dead');
});

test('an abort stops it', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(
    readTar(
      Readable.from([gz()]),
      'a',
      () => true,
      async () => undefined,
      { signal },
    ),
  ).rejects.toThrow();
});
