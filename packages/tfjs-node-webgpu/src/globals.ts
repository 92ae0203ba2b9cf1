/** Classes and constants of WebGPU that TensorFlow.js's backend takes from the global object while it computes. */
const NAMES = ['GPUBuffer', 'GPUTexture', 'GPUBufferUsage', 'GPUTextureUsage', 'GPUMapMode'] as const;

/**
 * Sets the global variables that TensorFlow.js's backend needs, and that are not there.
 *
 * @returns what removes them again.
 */
export function setGlobals(globals: Readonly<Record<string, unknown>>): () => void {
  const missing = NAMES.filter((name) => !(name in globalThis));
  for (const name of missing) {
    Object.defineProperty(globalThis, name, { value: globals[name], configurable: true, writable: true });
  }
  return () => {
    for (const name of missing) Reflect.deleteProperty(globalThis, name);
  };
}

/** Runs something while `navigator.gpu` is there, by which TensorFlow.js's backend tells whether WebGPU is supported. */
export function withNavigatorGpu<T>(gpu: GPU, body: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  try {
    return body();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  }
}
