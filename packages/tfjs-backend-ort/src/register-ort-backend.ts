import { ortRuntime } from '@cifarlab/ort-runtime';
import { findBackendFactory, registerBackend } from '@tensorflow/tfjs-core';
import type { OrtBackendOptions } from './backend/options.js';
import { OrtBackend } from './backend/ort-backend.js';
import { nativeKernels } from './kernels/index.js';
import { registerKernels } from './register-kernels.js';

const NAME = 'ort';
/** Above tfjs's wasm (2), webgl (2), tfjs-node (3) and webgpu (3). */
const PRIORITY = 5;

/**
 * Registers the backend `ort` with TensorFlow.js, which then is the one of highest priority; `await tf.ready()` or
 * `tf.setBackend('ort')` starts it. tfjs's `cpu` backend is registered along with it, if it was not.
 *
 * @returns false when a backend `ort` is registered already: it keeps its options. `tf.removeBackend('ort')` first to
 * change them.
 * @throws OrtUnavailableError, with the reason, when ONNX Runtime's library cannot be loaded; RangeError for a number of
 * `threads` that differs from that of the runtime already in use in this process. No backend is touched then.
 */
export function registerOrtBackend(options: OrtBackendOptions = {}): boolean {
  if (findBackendFactory(NAME)) return false;
  const runtime = ortRuntime({ threads: options.threads });
  registerKernels(NAME, nativeKernels);
  return registerBackend(NAME, () => new OrtBackend(runtime, options), PRIORITY);
}
