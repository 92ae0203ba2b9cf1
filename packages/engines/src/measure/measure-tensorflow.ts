import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { EngineSpeed } from '../engine.js';
import type { TensorFlow } from '../tensorflow/use-backend.js';
import { measureRate, type Work } from './measure-rate.js';

const units = 1024;
const channels = 128;
const side = 16;

/** Measures the speeds of the backend in use, in GFLOP/s: a matrix product and a 3x3 convolution with 128 channels, in float32. */
export async function measureTensorflow(tf: TensorFlow, seconds: number): Promise<EngineSpeed> {
  const weights = tf.randomUniform([units, units], -1, 1, 'float32', 1);
  const filter = tf.randomUniform([3, 3, channels, channels], -1, 1, 'float32', 2);
  const product = layer(tf, [32, 64, 128, 256, 512, 1024], [units], 2 * units * units, (x) => tf.matMul(x, weights));
  const convolution = layer(
    tf,
    [1, 2, 4, 8, 16, 32],
    [side, side, channels],
    2 * side * side * channels * channels * 9,
    (x) => tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same'),
  );
  return { product: await measureRate(product, seconds), convolution: await measureRate(convolution, seconds) };
}

/** Makes the work of a layer on batches of random samples; a size is that of the batch. */
function layer(
  tf: TensorFlow,
  sizes: readonly number[],
  sample: readonly number[],
  operations: number,
  forward: (x: Tensor) => Tensor,
): Work {
  const batches = new Map(
    sizes.map((size) => [size, tf.randomUniform([size, ...sample], -1, 1, 'float32', 3)] as const),
  );
  return {
    sizes,
    operations,
    async run(size) {
      const y = forward(batches.get(size)!);
      // A GPU only queues the work; reading one number waits for it, and costs no transfer of the rest.
      const last = tf.slice(
        y,
        y.shape.map((length) => length - 1),
        y.shape.map(() => 1),
      );
      await last.data();
      tf.dispose([y, last]);
    },
  };
}
