import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect } from 'vitest';

// tfjs checks kernels for leaks then, and is quiet about faster backends.
tf.env().set('IS_TEST', true);

/** An array as in the fixtures. */
export interface FixtureArray {
  shape: number[];
  data: number[];
}

export const fromFixture = ({ shape, data }: FixtureArray): tf.Tensor => tf.tensor(data, shape, 'float32');

/** Computes max|a − b| / max|b|, infinite for a NaN; with a `floor`, max|b| counts as at least that. */
export function maxNormError(
  actual: tf.Tensor | ArrayLike<number>,
  expected: FixtureArray | ArrayLike<number>,
  floor = Number.MIN_VALUE,
): number {
  const a = actual instanceof tf.Tensor ? actual.dataSync() : actual;
  const b = 'data' in expected ? expected.data : expected;
  expect(a.length).toBe(b.length);
  let difference = 0;
  let largest = floor;
  for (let i = 0; i < b.length; i++) {
    if (!Number.isFinite(a[i])) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
    largest = Math.max(largest, Math.abs(b[i]!));
  }
  return difference / largest;
}

/** Fails each test of the file that leaves tensors behind, other than variables, which are disposed after each test. */
export function failOnLeaks(): void {
  let before: number;
  beforeEach(async () => {
    await tf.setBackend('cpu');
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    tf.disposeVariables();
    expect(tf.memory().numTensors - before, 'tensors left behind').toBe(0);
  });
}

/** Numbers from N(0, 1)-like sums, the same for the same seed. */
export function randomValues(seed: number, count: number, { scale = 1, shift = 0 } = {}): Float32Array {
  let state = seed * 2654435761 + 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum * scale + shift;
  });
}

/**
 * Registers a kernel in the cpu backend for one test; it records its calls, and `compute` works on arrays of float32.
 */
export function withCpuKernel<T>(
  kernelName: string,
  compute: (inputs: Record<string, Float32Array>, attributes: Record<string, unknown>) => Float32Array[],
  outputLike: string[],
  body: (calls: { inputs: Record<string, number[]>; attributes: Record<string, unknown> }[]) => T,
): T {
  const calls: { inputs: Record<string, number[]>; attributes: Record<string, unknown> }[] = [];
  tf.registerKernel({
    kernelName,
    backendName: 'cpu',
    kernelFunc({ inputs, attrs, backend }) {
      const cpu = backend as unknown as {
        data: { get(id: object): { values: Float32Array } };
        makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): tf.TensorInfo;
      };
      const attributes = { ...(attrs as Record<string, unknown>) };
      const entries = Object.entries(inputs as Record<string, tf.TensorInfo>);
      calls.push({ inputs: Object.fromEntries(entries.map(([name, { shape }]) => [name, shape])), attributes });
      const values = Object.fromEntries(entries.map(([name, { dataId }]) => [name, cpu.data.get(dataId).values]));
      return compute(values, attributes).map((output, i) =>
        cpu.makeTensorInfo((inputs as Record<string, tf.TensorInfo>)[outputLike[i]!]!.shape, 'float32', output),
      );
    },
  });
  try {
    return body(calls);
  } finally {
    tf.unregisterKernel(kernelName, 'cpu');
  }
}
