import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { registerOrtBackend } from '@cifarlab/tfjs-backend-ort';
import { startedWebGpu, startWebGpu, WebGpuUnavailableError } from '@cifarlab/tfjs-node-webgpu';
import { enableProdMode, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

/** Has TensorFlow.js compute with a backend; why it cannot, where it does not work here. */
export async function useBackend(backend: 'ort' | 'cpu' | 'webgpu'): Promise<string | undefined> {
  // Keeps TensorFlow.js from writing to the console.
  enableProdMode();
  if (backend === 'ort') {
    const ort = probeOrtRuntime();
    if (!ort.available) return ort.reason;
    registerOrtBackend();
  }
  if (backend === 'webgpu' && startedWebGpu() === undefined) {
    try {
      await startWebGpu({ software: true });
    } catch (error) {
      if (error instanceof WebGpuUnavailableError) return error.message;
      throw error;
    }
  }
  await setBackend(backend);
  return undefined;
}
