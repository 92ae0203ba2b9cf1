import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { registerOrtBackend } from '@cifarlab/tfjs-backend-ort';
import * as tf from '@tensorflow/tfjs-core';
import type { TestContext } from 'vitest';
import { startOrSkip } from '../../../tfjs-node-webgpu/test/support/webgpu.js';

export type BackendName = 'cpu' | 'ort' | 'webgpu';

/** Makes a backend the current one; skips the test if it cannot be loaded. On `webgpu`, values are read with promises alone. */
export async function useBackend(name: BackendName, context: TestContext): Promise<void> {
  if (name === 'ort') {
    const ort = probeOrtRuntime();
    if (!ort.available) return context.skip(ort.reason);
    registerOrtBackend();
  }
  if (name === 'webgpu') await startOrSkip(context);
  await tf.setBackend(name);
}
