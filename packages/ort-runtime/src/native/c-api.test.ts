import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
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
    writeFileSync(file, 'this is no library');
    expect(() => loadCApi(file)).toThrow(failure(`${file} could not be loaded: `));
  });

  it('a folder', () => {
    expect(() => loadCApi(folder)).toThrow(failure(`${folder} could not be loaded: `));
  });

  it.runIf(process.platform === 'linux')('another library', () => {
    expect(() => loadCApi('libm.so.6')).toThrow(failure('OrtGetApiBase'));
  });
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
