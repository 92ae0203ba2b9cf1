import { backend } from '@tensorflow/tfjs-core';
import type { WebGpuBackend } from './backend.js';
import { sizeOf } from './run-shader.js';

/** Work that a computation has queued on the GPU. */
export interface GpuWork {
  /** Dispatches of a shader. */
  dispatches: number;
  /** Bytes of the arrays that these read and write, each counted once for each dispatch. */
  bytes: number;
  /** The same for each kind of shader, by its name. */
  shaders: Record<string, { dispatches: number; bytes: number }>;
}

/** Runs something on the backend `webgpu` in use, and counts what it queues. */
export async function countGpuWork(body: () => unknown): Promise<GpuWork> {
  const gpu = backend() as unknown as WebGpuBackend;
  const work: GpuWork = { dispatches: 0, bytes: 0, shaders: {} };
  const original = gpu.recordAndSubmit;
  gpu.recordAndSubmit = function (dispatch, output, inputs, uniforms) {
    const bytes = [output, ...inputs].reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
    work.shaders[dispatch.constructor.name] ??= { dispatches: 0, bytes: 0 };
    for (const counts of [work, work.shaders[dispatch.constructor.name]!]) {
      counts.dispatches += 1;
      counts.bytes += bytes;
    }
    return original.call(this, dispatch, output, inputs, uniforms);
  };
  try {
    await body();
  } finally {
    gpu.recordAndSubmit = original;
  }
  return work;
}
