type OrtModule = typeof import('@cifarlab/ort-runtime');

/**
 * Returns the optional peer `@cifarlab/ort-runtime`, loaded synchronously and only now: Node's `require` is reached
 * through `process`, so that browsers and bundlers never see it.
 *
 * @throws Error when this is not Node, or the package is not installed or broken.
 */
export function loadOrt(): OrtModule {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  const module = process?.getBuiltinModule?.('node:module');
  if (module === undefined) {
    throw new Error('ONNX Runtime needs Node 20.16, 22.3 or newer; here products run on WebAssembly or JavaScript.');
  }
  try {
    // Bundled into a script, this module does not know its own place; there it is that of the program that was started.
    const here = import.meta.url ?? process?.argv?.[1] ?? `${process?.cwd?.()}/index.js`;
    return module.createRequire(here)('@cifarlab/ort-runtime');
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error;
    throw new Error('@cifarlab/ort-runtime is not installed; install it for native speed.', { cause: error });
  }
}
