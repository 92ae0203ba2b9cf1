import { WebGpuUnavailableError } from './errors.js';

/** The package `webgpu`: Dawn, built for Node. */
export interface Dawn {
  /** Makes an instance of WebGPU; its options are Dawn's, such as `backend=vulkan`. */
  create(options: readonly string[]): GPU;
  /** The classes and constants that a browser has as global variables. */
  readonly globals: Readonly<Record<string, unknown>>;
}

/** Kept for good: Dawn frees an instance with the object that stands for it, even under a device in use, and then crashes. */
let instance: GPU | undefined;

/** Returns the instance of WebGPU that this process uses. */
export function instanceOf({ create }: Pick<Dawn, 'create'>): GPU {
  instance ??= create([]);
  return instance;
}

/** Loads Dawn's native library. @throws WebGpuUnavailableError with the reason. */
export async function loadDawn(load: () => Promise<unknown> = () => import('webgpu')): Promise<Dawn> {
  try {
    return (await load()) as Dawn;
  } catch (cause) {
    const { platform, arch } = process;
    throw new WebGpuUnavailableError(
      'LOAD_FAILED',
      `the native library of the package webgpu cannot be loaded on ${platform} ${arch}: ${(cause as Error).message}; ` +
        'it is built for Linux and Windows (x64, arm64) and macOS',
      { cause },
    );
  }
}
