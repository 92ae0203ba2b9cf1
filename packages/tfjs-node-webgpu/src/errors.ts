/**
 * Why there is no GPU here.
 *
 * - `LOAD_FAILED`: Dawn's native library of the package `webgpu` could not be loaded.
 * - `NO_DRIVER`: the system has no loader of Vulkan drivers.
 * - `NO_ADAPTER`: there is no GPU that WebGPU can use.
 * - `SOFTWARE_ONLY`: the only adapter computes on the CPU, and software was not asked for.
 * - `NO_DEVICE`: there is an adapter, and it gave no device.
 */
export type WebGpuUnavailableCode = 'LOAD_FAILED' | 'NO_DRIVER' | 'NO_ADAPTER' | 'SOFTWARE_ONLY' | 'NO_DEVICE';

/** WebGPU cannot be used in this process; the message says why and what to do. */
export class WebGpuUnavailableError extends Error {
  override readonly name = 'WebGpuUnavailableError';
  /** Why WebGPU cannot be used, to branch on. */
  readonly code: WebGpuUnavailableCode;

  constructor(code: WebGpuUnavailableCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
