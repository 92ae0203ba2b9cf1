import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// Registers the gradients of TensorFlow.js's operations.
import '@tensorflow/tfjs-layers';
import type { TestContext } from 'vitest';

/** Kept, since Dawn frees an instance with the object that stands for it. */
const instances: GPU[] = [];

/** Reports of WebGPU in all tests so far, above all of shaders that do not compile. */
export const errors: string[] = [];

/** Starts TensorFlow.js's backend `webgpu` on any adapter, software included. @returns why it cannot. */
export async function start(): Promise<string | undefined> {
  if (tf.findBackendFactory('webgpu') != null) return undefined;
  const { create, globals } = (await import('webgpu')) as unknown as {
    create(options: string[]): GPU;
    globals: object;
  };
  const instance = create([]);
  instances.push(instance);
  const adapter = await instance.requestAdapter();
  if (adapter === null) return 'there is no WebGPU here: neither a GPU with its driver nor SwiftShader';
  Object.assign(globalThis, globals);
  const device = await adapter.requestDevice();
  device.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
  // The backend is loaded first: with this variable it would register one with a device of its own.
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: instance }, configurable: true });
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info), 3);
  return undefined;
}

/** Makes WebGPU the backend in use; skips the test where there is none. */
export async function useWebGpu({ skip }: Pick<TestContext, 'skip'>): Promise<void> {
  const reason = await start();
  if (reason !== undefined) skip(reason);
  await tf.setBackend('webgpu');
}
