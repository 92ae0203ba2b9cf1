import type { OrtBackend } from '@cifarlab/tfjs-backend-ort';
import { tensorflowEngine } from './tensorflow-engine.js';
import { use } from './use-backend.js';

/** ONNX Runtime's native library, and WebAssembly with SIMD. */
export const ort = tensorflowEngine({
  name: 'ort',
  trains: 'convolutional',
  device: 'cpu',
  multithreaded: true,
  async startBackend({ threads, onWarning, ort }) {
    const tf = await import('@tensorflow/tfjs-core');
    const { ortRuntime } = await import('@cifarlab/ort-runtime');
    const { registerOrtBackend } = await import('@cifarlab/tfjs-backend-ort');
    const runtime = ortRuntime(threads === undefined ? {} : { threads });
    registerOrtBackend({ ...ort, ...(onWarning === undefined ? {} : { onWarning }) });
    await use(tf, 'ort');
    const { numBytesReserved } = (tf.backend() as OrtBackend).memory();
    return { tf, version: `ONNX Runtime ${runtime.version}`, threads: runtime.threads, memoryLimit: numBytesReserved };
  },
});
