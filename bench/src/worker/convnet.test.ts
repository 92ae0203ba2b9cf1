import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { Adam } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createConvNet } from './convnet.js';
import { startEngine } from './start-engine.js';

/** The values that PyTorch's run in float64 started from: parameter k, in PyTorch's layout. */
function formula(k: number, size: number, scale: number, offset = 0): Float32Array {
  return Float32Array.from(
    { length: size },
    (_, i) => offset + scale * Math.sin(0.37 * i + 1.3 * k + 0.001 * (i % 97) * (k + 1)),
  );
}

/** Kernels [h, w, in, out] and matrices [in, out] from PyTorch's layout; gammas are those vectors that begin as ones. */
function setToFormula(variable: tf.Variable, k: number): void {
  const { shape, size } = variable;
  const [outChannels, ...rest] = [...shape].reverse() as [number, ...number[]];
  if (shape.length === 1) {
    const isGamma = variable.dataSync()[0] === 1;
    variable.assign(tf.tensor(formula(k, size, 0.1, isGamma ? 1 : 0)));
    return;
  }
  const drawn = tf.tensor(formula(k, size, 1 / Math.sqrt(size / outChannels)), [
    outChannels,
    ...(shape.length === 4 ? [shape[2]!, shape[0]!, shape[1]!] : rest),
  ]);
  variable.assign(tf.transpose(drawn, shape.length === 4 ? [2, 3, 1, 0] : [1, 0]));
}

it("has PyTorch's parameters and its loss, which training lowers", async (context) => {
  const ort = probeOrtRuntime();
  if (!ort.available) return context.skip(ort.reason);
  await startEngine('ort', { threads: ort.runtime.threads, convolution: 'auto' });

  const { trainable, forward } = createConvNet();
  expect(trainable).toHaveLength(48);
  expect(trainable.reduce((sum, { size }) => sum + size, 0)).toBe(11_138_122);

  trainable.forEach(setToFormula);
  const x = tf.transpose(tf.tensor4d(formula(0, 4 * 3072, 1), [4, 3, 32, 32]), [0, 2, 3, 1]) as tf.Tensor4D;
  const y = tf.oneHot([0, 3, 6, 9], 10) as tf.Tensor2D;
  const optimizer = new Adam({ learningRate: 1e-4 });
  const losses = Array.from({ length: 3 }, () => {
    const loss = () => tf.losses.softmaxCrossEntropy(y, forward(x, 'training')) as tf.Scalar;
    return optimizer.minimize(loss, true, trainable)!.dataSync()[0]!;
  });
  // PyTorch 1.13 in float64. Later losses are its own in float64 only: in float32 it is off by 0.7 % after one step, as
  // Adam makes moves of full size of gradients that are rounding errors.
  expect(Math.abs(losses[0]! / 3.14753891400313 - 1)).toBeLessThan(3e-5);
  expect(losses[1]).toBeLessThan(0.85 * losses[0]!);
  expect(losses[2]).toBeLessThan(losses[1]!);
});
