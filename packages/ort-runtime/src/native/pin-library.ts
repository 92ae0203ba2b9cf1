import type { Koffi } from './koffi.js';

const RTLD_LAZY = 1;

/**
 * Keeps a library that koffi has loaded in memory until the process ends. Koffi unloads it when its handle is collected
 * or the worker thread that loaded it ends, and threads of the library that still run would find their code gone.
 *
 * @throws Error when the system refuses.
 */
export function pinLibrary(koffi: Koffi, path: string): void {
  const reference =
    process.platform === 'win32'
      ? koffi.load('kernel32.dll').func('LoadLibraryW', 'void *', ['str16'])(path)
      : koffi.load(null).func('dlopen', 'void *', ['str', 'int'])(path, RTLD_LAZY);
  if (reference === null) throw new Error(`${path} could not be kept in memory`);
}
