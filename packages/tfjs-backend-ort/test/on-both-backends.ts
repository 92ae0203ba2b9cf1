import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { OrtBackend } from '../src/backend/ort-backend.js';
import { nativeCallCounts, registerOrtBackend, resetNativeCallCounts } from '../src/index.js';

type Result = tf.Tensor | readonly tf.Tensor[];

/** Registers the backend `ort`, with little memory, beside tfjs's `cpu`. */
export function startBackends(): void {
  registerOrtBackend({ memoryLimit: 256 * 2 ** 20 });
}

async function valuesOn(backend: string, compute: () => Result): Promise<(Float32Array | Int32Array | Uint8Array)[]> {
  await tf.setBackend(backend);
  const results = tf.tidy(() => compute() as tf.Tensor[]);
  const tensors = Array.isArray(results) ? results : [results as unknown as tf.Tensor];
  const values = tensors.map((tensor) => tensor.dataSync());
  tf.dispose(tensors);
  return values;
}

/**
 * Computes on `cpu` and on `ort` and compares: max|a-b| / max(1, max|b|) below `tolerance` for every tensor. The kernels named
 * must have run natively, without one call left to the cpu kernels, and neither tensors nor memory may remain.
 */
export async function expectAgreement(
  compute: () => Result,
  { kernels, tolerance = 1e-6 }: { kernels: readonly string[]; tolerance?: number },
): Promise<void> {
  const expected = await valuesOn('cpu', compute);
  await tf.setBackend('ort');
  const { arena } = (tf.backend() as OrtBackend).tensors;
  const before = [tf.memory().numTensors, arena.statistics().bytesInUse];
  resetNativeCallCounts();
  const actual = await valuesOn('ort', compute);
  const counts = nativeCallCounts();
  for (const kernel of kernels) {
    expect(counts[kernel]?.native ?? 0, `native calls of ${kernel}`).toBeGreaterThan(0);
    expect(counts[kernel].cpu, `cpu calls of ${kernel}`).toBe(0);
  }
  expect([tf.memory().numTensors, arena.statistics().bytesInUse]).toEqual(before);
  expect(actual.length).toBe(expected.length);
  for (const [index, values] of expected.entries()) expect(difference(actual[index], values)).toBeLessThan(tolerance);
}

/** Computes max|a-b| / max(1, max|b|), for inputs of size 1; NaN and infinities must be in the same places. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 1;
  let error = 0;
  if (a.length !== b.length) return Number.NaN;
  for (let i = 0; i < b.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    if (!Number.isFinite(b[i])) return Number.NaN;
    largest = Math.max(largest, Math.abs(b[i]));
    error = Math.max(error, Math.abs(a[i] - b[i]));
  }
  return error / largest;
}

/** Numbers from -1 to 1, the same for the same seed. */
export function randomTensor(shape: number[], seed: number): tf.Tensor {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return tf.tensor(values, shape);
}
