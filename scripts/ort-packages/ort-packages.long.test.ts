import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { Header } from 'tar';
import { afterAll, describe, expect, test } from 'vitest';
import { npm } from '../lib/npm.mjs';
import { makePackage } from './make-package.mjs';
import { allPlatforms, choosePlatforms, type Platform, SOURCE } from './platforms.mjs';
import { readFiles, readVerified } from './tarball.mjs';

const fromRuntime = createRequire(new URL('../../packages/ort-runtime/package.json', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'ort-packages-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const newFolder = () => mkdtempSync(join(scratch, 'case-'));

interface Entry {
  path: string;
  bytes?: Uint8Array;
  type?: 'File' | 'SymbolicLink' | 'Link';
  linkpath?: string;
}

function tarGz(entries: Entry[]): Buffer {
  const blocks = entries.flatMap(({ path, bytes = new Uint8Array(), type = 'File', linkpath }) => {
    const header = new Header({ path, type, size: bytes.length, mode: 0o644, ...(linkpath && { linkpath }) });
    header.encode();
    return [header.block!, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 1 });
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const sha512 = (bytes: Uint8Array) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

/** Returns the package of Linux x64, for another library. */
function platformFor(library: Uint8Array): Platform {
  const [platform] = choosePlatforms(['linux-x64']);
  const onnxruntime = { ...platform!.manifest.onnxruntime, bytes: library.length, sha256: sha256(library) };
  return { ...platform!, manifest: { ...platform!.manifest, onnxruntime } };
}

describe('the tarball', () => {
  const tarball = tarGz([{ path: 'package/a', bytes: Buffer.from('first') }, { path: 'package/b' }]);

  test('is read only when it has the integrity', () => {
    const file = join(newFolder(), 'x.tgz');
    writeFileSync(file, tarball);
    expect(readVerified(file, sha512(tarball)).equals(tarball)).toBe(true);
    const altered = Buffer.from(tarball);
    altered[altered.length >> 1]! ^= 1;
    writeFileSync(file, altered);
    expect(() => readVerified(file, sha512(tarball))).toThrow(`expected ${sha512(tarball)}`);
  });

  test('gives the wanted files', async () => {
    const files = await readFiles(tarball, ['package/a']);
    expect([...files].map(([name, bytes]) => [name, bytes.toString()])).toEqual([['package/a', 'first']]);
  });

  test('without a wanted file is named', async () => {
    await expect(readFiles(tarball, ['package/a', 'package/c'])).rejects.toThrow('The tarball lacks package/c.');
  });

  test.each<[string, Entry, RegExp]>([
    ['a name that climbs out', { path: 'package/../../x' }, /"package\/\.\.\/\.\.\/x" points outside/],
    ['an absolute name', { path: '/x' }, /"\/x" points outside/],
    ['a drive', { path: 'C:/x' }, /"C:\/x" points outside/],
    ['a symbolic link', { path: 'package/a', type: 'SymbolicLink', linkpath: '/x' }, /of the kind SymbolicLink/],
    ['a hard link', { path: 'package/a', type: 'Link', linkpath: 'package/b' }, /of the kind Link/],
    ['a large file', { path: 'package/z', bytes: new Uint8Array(2000) }, /holds 2000 bytes, more than 1000/],
  ])('with %s is refused', async (_, entry, message) => {
    const limits = { unpacked: 1e6, file: 1000 };
    await expect(readFiles(tarGz([{ path: 'package/a' }, entry]), ['package/a'], limits)).rejects.toThrow(message);
  });

  test('that unpacks to more than the limit is refused', async () => {
    const bomb = tarGz([{ path: 'package/a', bytes: new Uint8Array(1e7) }]);
    await expect(readFiles(bomb, ['package/a'], { unpacked: 1e6, file: 1e8 })).rejects.toThrow(
      'unpacks to more than 1000000 bytes',
    );
  });

  test('that ends early is refused', async () => {
    const noise = tarGz([{ path: 'package/a', bytes: randomBytes(10_000) }]);
    await expect(readFiles(noise.subarray(0, 5000), ['package/a'])).rejects.toThrow('unexpected end of file');
  });
});

describe('a package', () => {
  const library = Buffer.from('a library');

  test('replaces the folder that was there', () => {
    const target = join(newFolder(), 'dist');
    mkdirSync(target);
    writeFileSync(join(target, 'stale'), '');
    makePackage(platformFor(library), library, target);
    expect(readdirSync(target).sort()).toEqual([
      'LICENSE',
      'README.md',
      'ThirdPartyNotices.txt',
      'libonnxruntime.so.1',
      'package.json',
    ]);
    expect(readFileSync(join(target, 'libonnxruntime.so.1'), 'utf8')).toBe('a library');
    expect(readdirSync(join(target, '..'))).toEqual(['dist']);
  });

  test('is not made from another library, and leaves nothing behind', () => {
    const parent = newFolder();
    const other = Buffer.from('b library');
    expect(() => makePackage(platformFor(library), other, join(parent, 'dist'))).toThrow(sha256(library));
    expect(() => makePackage(platformFor(library), undefined, join(parent, 'dist'))).toThrow('has undefined bytes');
    expect(readdirSync(parent)).toEqual([]);
  });

  test('that cannot be written whole leaves nothing behind', () => {
    const parent = newFolder();
    const platform = { ...platformFor(library), folder: join(parent, 'without-readme') };
    expect(() => makePackage(platform, library, join(parent, 'dist'))).toThrow('ENOENT');
    expect(readdirSync(parent)).toEqual([]);
  });
});

describe('the platforms', () => {
  const installed = fromRuntime.resolve('onnxruntime-node/package.json');

  test('are chosen by name, and an unknown one lists them', () => {
    expect(choosePlatforms(['win32-x64', 'win32-x64']).map(({ name }) => name)).toEqual(['win32-x64']);
    expect(() => choosePlatforms(['linux-riscv64'])).toThrow(/linux-riscv64.*darwin-arm64, linux-arm64, linux-x64/);
  });

  test.each(allPlatforms())('$name names and describes the library of the installed onnxruntime-node', (platform) => {
    const { name, version, os, cpu, files, onnxruntime } = platform.manifest;
    expect(name).toBe(`@cifarlab/ort-${os}-${cpu}`);
    expect(platform.name).toBe(`${os}-${cpu}`);
    expect(SOURCE.spec).toBe(`onnxruntime-node@${onnxruntime.version}`);
    expect(version).toBe(onnxruntime.version);
    expect(files).toContain(onnxruntime.library);
    const bytes = readFileSync(join(installed, '..', platform.entry.replace('package/', '')));
    expect([bytes.length, sha256(bytes)]).toEqual([onnxruntime.bytes, onnxruntime.sha256]);
  });

  test('are the optional dependencies of ort-runtime, in these very versions', () => {
    const { optionalDependencies } = fromRuntime('./package.json');
    const expected = allPlatforms().map(({ manifest }) => [manifest.name, `workspace:${manifest.version}`]);
    expect(optionalDependencies).toEqual(Object.fromEntries(expected));
  });

  test('packed, linux-x64 has its five files, no scripts, and less than 20 MB', { timeout: 180_000 }, async () => {
    const [platform] = choosePlatforms(['linux-x64']);
    const library = readFileSync(join(installed, '..', platform!.entry.replace('package/', '')));
    const folder = newFolder();
    const target = join(folder, 'ort-linux-x64');
    const files = await readFiles(tarGz([{ path: platform!.entry, bytes: library }]), [platform!.entry]);
    makePackage(platform!, files.get(platform!.entry), target);
    const [packed] = JSON.parse((await npm(['pack', target, '--json', '--dry-run'], folder)).stdout);
    expect(packed.files.map((file: { path: string }) => file.path).sort()).toEqual(readdirSync(target).sort());
    expect(packed.size).toBeLessThan(20e6);
    const manifest = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ os: ['linux'], cpu: ['x64'], libc: ['glibc'], preferUnplugged: true });
    expect(manifest.publishConfig).toEqual({ access: 'public' });
    expect(manifest).not.toHaveProperty('scripts');
    expect((await publint({ pkgDir: target, strict: true, pack: false })).messages).toEqual([]);
    const resolved = createRequire(join(target, 'x.js'));
    expect(resolved.resolve('@cifarlab/ort-linux-x64/libonnxruntime.so.1')).toBe(join(target, 'libonnxruntime.so.1'));
  });
});
