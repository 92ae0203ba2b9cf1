import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { NdArray } from 'ndarray';
import { afterEach, beforeEach, expect } from 'vitest';
import { type LayerNormOptions, layerNorm, layerNormAutodiff } from '../../src/index.js';
import type { FloatNdArray } from '../../src/ndarray/index.js';
import { fromValues, type Inputs, values } from './arrays.js';

// tfjs checks kernels for leaks then, and is quiet about faster backends.
tf.env().set('IS_TEST', true);

/** Both tfjs implementations, for the tests that they share. */
export const implementations = [
  ['layerNorm', layerNorm],
  ['layerNormAutodiff', layerNormAutodiff],
] as const;

export const toTensor = (x: NdArray): tf.Tensor => tf.tensor(Float32Array.from(values(x)), x.shape, 'float32');

export const toNdArray = (x: tf.Tensor): FloatNdArray => fromValues(x.dataSync(), x.shape);

type Outputs<T> = Record<'y' | 'dx' | 'dgamma' | 'dbeta', T>;

/** Runs a tfjs implementation on inputs and dL/dy; returns y and the three gradients. */
export function run(
  implementation: typeof layerNorm,
  inputs: Inputs,
  dy: NdArray,
  options: LayerNormOptions = {},
): Outputs<FloatNdArray> {
  const outputs = compute(implementation, inputs, dy, options);
  const read = Object.entries(outputs).map(([name, x]) => [name, toNdArray(x)]);
  tf.dispose(outputs);
  return Object.fromEntries(read);
}

/** Works like {@link run}, on a backend whose values are read with promises. */
export async function runQueued(...args: Parameters<typeof compute>): Promise<Outputs<FloatNdArray>> {
  const outputs = compute(...args);
  const read = Object.entries(outputs).map(async ([name, x]) => [name, fromValues(await x.data<'float32'>(), x.shape)]);
  const values = Object.fromEntries(await Promise.all(read));
  tf.dispose(outputs);
  return values;
}

function compute(
  implementation: typeof layerNorm,
  { x, gamma, beta }: Inputs,
  dy: NdArray,
  options: LayerNormOptions,
): Outputs<tf.Tensor> {
  const tensors = [x, gamma, beta].map(toTensor) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const upstream = toTensor(dy);
  const y = implementation(...tensors, options);
  const gradients = tf.grads((x, gamma, beta) => implementation(x, gamma!, beta!, options))(tensors, upstream);
  const [dx, dgamma, dbeta] = gradients as [tf.Tensor, tf.Tensor, tf.Tensor];
  tf.dispose([...tensors, upstream]);
  return { y, dx, dgamma, dbeta };
}

/** Fails each test of the file that leaves tensors behind, other than variables, which are disposed after each test. */
export function failOnLeaks(backend = 'cpu'): void {
  let before: number;
  beforeEach(async () => {
    await tf.setBackend(backend);
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    tf.disposeVariables();
    expect(tf.memory().numTensors - before, 'tensors left behind').toBe(0);
  });
}
