import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { registerOrtBackend } from '@cifarlab/tfjs-backend-ort';
import * as tf from '@tensorflow/tfjs-core';
import type { TestContext } from 'vitest';

export type BackendName = 'cpu' | 'ort';

/** Makes a backend the current one; skips the test if it cannot be loaded. */
export async function useBackend(name: BackendName, context: TestContext): Promise<void> {
  if (name === 'ort') {
    const ort = probeOrtRuntime();
    if (!ort.available) return context.skip(ort.reason);
    registerOrtBackend();
  }
  await tf.setBackend(name);
}
