import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { OrtUnavailableError } from '../errors.js';
import { ORT_VERSION } from '../version.js';
import { locateLibrary } from './locate-library.js';

const root = mkdtempSync(join(tmpdir(), 'cifarlab-locate-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let modules: string;
const installed = new Set<string>();
beforeEach(() => {
  installed.clear();
  modules = mkdtempSync(join(root, 'modules-'));
});

/** Writes a file among the modules of the test and returns its path. */
function write(path: string, content = ''): string {
  const file = join(modules, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** Where to look: an empty environment on Linux, with the modules written so far. */
const place = (environment: NodeJS.ProcessEnv = {}, platform = 'linux', arch = 'x64') => ({
  environment,
  platform,
  arch,
  resolveModule: (id: string) => {
    if (installed.has(dirname(id))) return join(modules, id);
    throw new Error(`Cannot find module '${id}'`);
  },
});
function installPlatformPackage(name: string, ...files: string[]): string[] {
  installed.add(name);
  write(`${name}/package.json`, '{}');
  return files.map((file) => write(`${name}/${file}`));
}

function installOrtNode(version: string, ...files: string[]): string[] {
  installed.add('onnxruntime-node');
  write('onnxruntime-node/package.json', JSON.stringify({ version }));
  return files.map((file) => write(`onnxruntime-node/bin/napi-v6/${file}`));
}

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({
    name: 'OrtUnavailableError',
    code,
    message: expect.stringMatching(message),
  });

describe('the environment', () => {
  it('switches ONNX Runtime off', () => {
    const [file] = installPlatformPackage('@cifarlab/ort-linux-x64', 'libonnxruntime.so.1');
    const environment = { CIFARLAB_ORT: 'off', CIFARLAB_ORT_LIBRARY: file };
    expect(() => locateLibrary(place(environment))).toThrow(refusal('DISABLED', /CIFARLAB_ORT=off; unset it/));
    expect(() => locateLibrary(place(environment))).toThrow(OrtUnavailableError);
    expect(locateLibrary(place({ CIFARLAB_ORT: '' }))).toBe(file);
  });

  it('names the library, before any package and on any platform', () => {
    installPlatformPackage('@cifarlab/ort-linux-x64', 'libonnxruntime.so.1');
    const file = write('own/library.so');
    expect(locateLibrary(place({ CIFARLAB_ORT_LIBRARY: file }))).toBe(file);
    expect(locateLibrary(place({ CIFARLAB_ORT_LIBRARY: file }, 'sunos', 'x64'))).toBe(file);
  });

  it('names it from the working directory too', () => {
    const file = write('own/library.so');
    expect(locateLibrary(place({ CIFARLAB_ORT_LIBRARY: relative(process.cwd(), file) }))).toBe(file);
  });

  it('names a library that is not there', () => {
    installPlatformPackage('@cifarlab/ort-linux-x64', 'libonnxruntime.so.1');
    expect(() => locateLibrary(place({ CIFARLAB_ORT_LIBRARY: '/nowhere/x.so' }))).toThrow(
      refusal('NOT_INSTALLED', /CIFARLAB_ORT_LIBRARY names \/nowhere\/x\.so, which does not exist; give it the path/),
    );
  });

  it('names none when it is empty', () => {
    const [file] = installPlatformPackage('@cifarlab/ort-linux-x64', 'libonnxruntime.so.1');
    expect(locateLibrary(place({ CIFARLAB_ORT_LIBRARY: '' }))).toBe(file);
  });
});

describe('packages', () => {
  it.each([
    ['linux', 'x64', 'libonnxruntime.so.1'],
    ['linux', 'arm64', 'libonnxruntime.so.1'],
    ['win32', 'x64', 'onnxruntime.dll'],
    ['win32', 'arm64', 'onnxruntime.dll'],
    ['darwin', 'arm64', 'libonnxruntime.1.dylib'],
  ])('for %s on %s', (platform, arch, name) => {
    const [development] = installOrtNode(ORT_VERSION, `${platform}/${arch}/${name}`);
    expect(locateLibrary(place({}, platform, arch))).toBe(development);
    const [file] = installPlatformPackage(`@cifarlab/ort-${platform}-${arch}`, name);
    expect(locateLibrary(place({}, platform, arch))).toBe(file);
  });

  it('without the file are passed over', () => {
    installPlatformPackage('@cifarlab/ort-linux-x64');
    const [file] = installOrtNode(ORT_VERSION, 'linux/x64/libonnxruntime.so.1');
    expect(locateLibrary(place())).toBe(file);
  });

  it('that are missing are named', () => {
    const missing = refusal(
      'NOT_INSTALLED',
      /the package @cifarlab\/ort-linux-x64 is not installed; install it .* or onnxruntime-node@/,
    );
    expect(() => locateLibrary(place())).toThrow(missing);
    installOrtNode(ORT_VERSION);
    expect(() => locateLibrary(place())).toThrow(missing);
  });

  it('of another version of onnxruntime-node are refused, unless the platform has its own', () => {
    installOrtNode('1.2.3', 'linux/x64/libonnxruntime.so.1');
    expect(() => locateLibrary(place())).toThrow(
      refusal('VERSION_MISMATCH', /onnxruntime-node 1\.2\.3 is installed, and this package drives .* only; install/),
    );
    const [file] = installPlatformPackage('@cifarlab/ort-linux-x64', 'libonnxruntime.so.1');
    expect(locateLibrary(place())).toBe(file);
  });

  it.each([
    ['darwin', 'x64'],
    ['linux', 'riscv64'],
    ['freebsd', 'x64'],
  ])('do not exist for %s on %s', (platform, arch) => {
    expect(() => locateLibrary(place({}, platform, arch))).toThrow(
      refusal(
        'UNSUPPORTED_PLATFORM',
        new RegExp(`no ONNX Runtime .* for ${platform}-${arch}; it exists for linux-x64,`),
      ),
    );
  });
});

it('finds the library of this workspace', () => {
  expect(locateLibrary({ environment: {} })).toMatch(/onnxruntime/);
});
