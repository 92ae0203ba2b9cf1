import { vi } from 'vitest';

/** Makes this look like a browser, or a Node whose built-in modules cannot be reached, until globals are unstubbed. */
export function stubWithoutNode(): void {
  vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: undefined } }));
}

/** Makes `@cifarlab/ort-runtime` look as if loading it threw this error. */
export function stubLoadingError(error: unknown): void {
  const createRequire = () => () => {
    throw error;
  };
  vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: () => ({ createRequire }) } }));
}
