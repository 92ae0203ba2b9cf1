import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ORT_VERSION } from '../version.js';
import { loadCApi } from './c-api.js';
import type { Koffi } from './koffi.js';
import { locateLibrary } from './locate-library.js';
import { pinLibrary } from './pin-library.js';

vi.mock('./pin-library.js', { spy: true });

const folder = mkdtempSync(join(tmpdir(), 'cifarlab-c-api-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const failure = (message: string) =>
  expect.objectContaining({
    name: 'OrtUnavailableError',
    code: 'LOAD_FAILED',
    message: expect.stringContaining(message),
    cause: expect.any(Error),
  });

describe('what is not the library', () => {
  it('a file of another kind', () => {
    const file = join(folder, 'text.so');
    writeFileSync(file, 'this is not a library');
    expect(() => loadCApi(file)).toThrow(failure(`${file} could not be loaded: `));
  });

  it('a folder', () => {
    expect(() => loadCApi(folder)).toThrow(failure(`${folder} could not be loaded: `));
  });

  it.runIf(process.platform === 'linux')('another library', () => {
    expect(() => loadCApi('libm.so.6')).toThrow(failure('OrtGetApiBase'));
  });
});

describe.runIf(process.platform === 'linux')('a system', () => {
  it('with another C library than glibc is told so', () => {
    const report = vi.spyOn(process.report, 'getReport').mockReturnValue({ header: {} });
    try {
      expect(() => loadCApi(join(folder, 'absent.so'))).toThrow(
        expect.objectContaining({ code: 'UNSUPPORTED_PLATFORM', message: expect.stringContaining('needs glibc') }),
      );
    } finally {
      report.mockRestore();
    }
  });
});

it('refuses another version of the library', () => {
  const bytes = readFileSync(locateLibrary());
  const text = `\0${ORT_VERSION}\0`;
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  expect(places).not.toEqual([]);
  for (const at of places) bytes.write('0', at + 1);
  const file = join(folder, 'another-version.so');
  writeFileSync(file, bytes);
  const version = `0${ORT_VERSION.slice(1)}`;
  expect(() => loadCApi(file)).toThrow(
    expect.objectContaining({
      code: 'VERSION_MISMATCH',
      message: `[ort-runtime] ${file} is ONNX Runtime ${version}, and this package drives ${ORT_VERSION} only; give it that version.`,
    }),
  );
});

// Only Linux tells which libraries a process has in memory.
describe.runIf(process.platform === 'linux')('a pinned library', () => {
  const koffi: Koffi = createRequire(import.meta.url)('koffi');
  const mapped = (path: string) => readFileSync('/proc/self/maps', 'utf8').includes(path);

  /** A copy that nothing else in this process has loaded. */
  const copy = (name: string) => {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(locateLibrary()));
    return file;
  };

  it('stays when its handle is gone', () => {
    const file = copy('pinned.so');
    const library = koffi.load(file);
    pinLibrary(koffi, file);
    library.unload();
    expect(mapped(file)).toBe(true);
  });

  it('would go without', () => {
    const file = copy('loose.so');
    koffi.load(file).unload();
    expect(mapped(file)).toBe(false);
  });

  it('is what loadCApi leaves behind', () => {
    const file = copy('loaded.so');
    expect(loadCApi(file).libraryPath).toBe(file);
    expect(pinLibrary).toHaveBeenLastCalledWith(koffi, file);
  });

  it('is refused when there is none', () => {
    expect(() => pinLibrary(koffi, join(folder, 'absent.so'))).toThrow(/absent\.so could not be kept in memory/);
  });
});
