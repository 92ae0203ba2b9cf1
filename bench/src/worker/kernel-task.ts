import type { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import { UnsupportedError } from '../unsupported-error.js';
import { fillUniform } from './random.js';
import type { Task } from './task.js';

/** Milliseconds that a measurement of a single op lasts at least. */
const MINIMUM = 20;

/** Measures an op; `compute` gives its first output, and may not leave anything else behind. */
export function kernelTask(compute: () => tf.Tensor): Task {
  return {
    minimum: MINIMUM,
    run: () => compute().dispose(),
    values() {
      const output = compute();
      const data = output.dataSync();
      output.dispose();
      let sum = 0;
      for (let i = 0; i < data.length; i++) sum += data[i]! ** 2;
      return { meanSquare: sum / data.length };
    },
  };
}

export function drawTensor(rng: RandomState, shape: readonly number[]): tf.Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(fillUniform(new Float32Array(size), rng), [...shape]);
}

/** Runs a kernel as the backend has it, and gives its first output. @throws UnsupportedError when it has none. */
export function runKernel(name: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor {
  if (tf.getKernel(name, tf.getBackend()) == null) {
    throw new UnsupportedError(`the backend '${tf.getBackend()}' has no kernel ${name}`);
  }
  const outputs = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(name, inputs, attributes as tf.NamedAttrMap);
  if (!Array.isArray(outputs)) return outputs;
  const [first, ...others] = outputs;
  tf.dispose(others);
  return first!;
}
