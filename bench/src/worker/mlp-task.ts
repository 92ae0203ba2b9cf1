import { RandomState } from '@cifarlab/numpy-random';
import { SGD } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { WEIGHTS_SEED } from './random.js';
import type { Task } from './task.js';
import { trainingTask } from './training-task.js';

const HIDDEN = 100;

/** Returns the practical's MLP by autodiff: 3072 -> 100, ELU -> 10; weights from N(0, 1e-4^2), biases 0. */
export function mlpStep(): Task {
  const rng = new RandomState(WEIGHTS_SEED);
  const linear = (inFeatures: number, outFeatures: number) => {
    // Drawn as PyTorch keeps them, [out, in].
    const drawn = tf.tensor2d(Float32Array.from(rng.normals(inFeatures * outFeatures, 0, 1e-4)), [
      outFeatures,
      inFeatures,
    ]);
    return { weight: tf.variable(tf.transpose(drawn)), bias: tf.variable(tf.zeros([outFeatures])) };
  };
  const first = linear(3072, HIDDEN);
  const last = linear(HIDDEN, 10);
  return trainingTask({
    batch: 200,
    inputShape: [3072],
    trainable: [first.weight, first.bias, last.weight, last.bias],
    optimizer: new SGD({ learningRate: 1e-3 }),
    forward(x) {
      const hidden = tf.elu(tf.add(tf.matMul(x as tf.Tensor2D, first.weight), first.bias));
      return tf.add(tf.matMul(hidden as tf.Tensor2D, last.weight), last.bias);
    },
  });
}
