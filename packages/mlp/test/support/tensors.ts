import '@tensorflow/tfjs-backend-cpu';
import { RandomState } from '@cifarlab/numpy-random';
import { registerOrtBackend } from '@cifarlab/tfjs-backend-ort';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeEach, expect } from 'vitest';

// tfjs checks kernels for leaks then, and is quiet about faster backends.
tf.env().set('IS_TEST', true);

export const BACKENDS = ['cpu', 'ort'] as const;

/** Makes `ort` compute natively whatever it can, however small. */
export function startOrt(): void {
  registerOrtBackend({ memoryLimit: 256 * 2 ** 20, nativeFrom: 1 });
}

/** Fails each test of the file that leaves tensors behind. */
export function failOnLeaks(backend: () => string = () => 'cpu'): void {
  let before: number;
  beforeEach(async () => {
    await tf.setBackend(backend());
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors - before, 'tensors left behind').toBe(0);
  });
}

/** Numbers from N(0, 1). */
export function randn(seed: number, count: number): Float32Array {
  return Float32Array.from(new RandomState(seed).normals(count));
}

/** Computes max|a − b| / max|b|, infinite for a NaN. */
export function maxNormError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let difference = 0;
  let largest = Number.MIN_VALUE;
  for (let i = 0; i < b.length; i++) {
    if (!Number.isFinite(a[i])) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
    largest = Math.max(largest, Math.abs(b[i]!));
  }
  return difference / largest;
}

/** Returns the values of logits [S, numClasses]; `kwargs` as for the learner. */
export function logitsOf(model: LayersModel, x: Float32Array, nInputs: number, kwargs = {}): Float32Array {
  return tf.tidy(() => {
    const logits = model.apply(tf.tensor(x, [x.length / nInputs, nInputs]), kwargs) as tf.Tensor;
    return Float32Array.from(logits.dataSync()) as never;
  });
}

/**
 * Returns the gradients of Σ logits · dout in training mode, by autodiff, with the names and layouts of a state; the
 * one of the input as `x`.
 */
export function autodiff(
  model: LayersModel,
  x: Float32Array,
  nInputs: number,
  dout: Float32Array,
  kwargs: { step?: number } = {},
): Record<string, Float32Array> {
  return tf.tidy(() => {
    const input = tf.variable(tf.tensor(x, [x.length / nInputs, nInputs]), true, 'x');
    const { grads } = tf.variableGrads(() => {
      const logits = model.apply(input, { training: true, ...kwargs }) as tf.Tensor;
      return tf.sum(tf.mul(logits, tf.tensor(dout, logits.shape))) as tf.Scalar;
    });
    const entries = Object.entries(grads).map(([name, gradient]) => {
      const transposed = name.includes('/kernel');
      const values = (transposed ? tf.transpose(gradient) : gradient).dataSync();
      const stateName = name
        .replace(/_\d+$/, '')
        .replace(/\/(kernel|gamma)/, '.weight')
        .replace(/\/(bias|beta)/, '.bias');
      return [stateName, Float32Array.from(values)] as const;
    });
    input.dispose();
    return Object.fromEntries(entries) as never;
  });
}
