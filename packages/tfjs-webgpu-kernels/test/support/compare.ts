import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { countGpuWork } from '../../src/index.js';

type Tensors = tf.Tensor | tf.Tensor[];

/** Numbers from -1 to 1, the same for the same seed. */
export function randomTensor(shape: number[], seed: number, scale = 1, shift = 0): tf.Tensor {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return shift + scale * (state / 2 ** 31 - 1);
  });
  return tf.tensor(values, shape);
}

async function valuesOn(backend: string, compute: () => Tensors): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  const results = [tf.tidy(() => compute() as tf.Tensor[])].flat();
  const values = await Promise.all(results.map(async (tensor) => (await tensor.data<'float32'>()).slice()));
  tf.dispose(results);
  return values;
}

const bytesInUse = () => (tf.backend() as unknown as { memory(): { numBytesInGPU: number } }).memory().numBytesInGPU;

/**
 * Computes on `cpu` and on `webgpu` and compares: max|a - b| / max(1, max|b|) below `tolerance` for every tensor. The shaders
 * named must have run, and neither tensors nor memory may remain.
 */
export async function expectAgreement(
  compute: () => Tensors,
  { shaders, tolerance = 1e-5 }: { shaders: readonly string[]; tolerance?: number },
): Promise<void> {
  const expected = await valuesOn('cpu', compute);
  await tf.setBackend('webgpu');
  const before = [tf.memory().numTensors, bytesInUse()];
  let actual: Float32Array[] = [];
  const work = await countGpuWork(async () => {
    actual = await valuesOn('webgpu', compute);
  });
  expect(Object.keys(work.shaders)).toEqual(expect.arrayContaining([...shaders]));
  expect([tf.memory().numTensors, bytesInUse()]).toEqual(before);
  expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  expected.forEach((values, index) => {
    expect(difference(actual[index]!, values), `result ${index}`).toBeLessThan(tolerance);
  });
}

/** Computes max|a - b| / max(1, max|b|). */
function difference(a: Float32Array, b: Float32Array): number {
  let [largest, error] = [1, 0];
  for (const [i, value] of b.entries()) {
    largest = Math.max(largest, Math.abs(value));
    error = Math.max(error, Math.abs(a[i]! - value));
    if (Number.isNaN(a[i]!)) return Number.NaN;
  }
  return error / largest;
}
