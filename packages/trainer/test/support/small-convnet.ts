import '@tensorflow/tfjs-backend-cpu';
import { BatchNorm } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import type { TfjsBatch } from '../../src/tfjs.js';
import { uniform } from './uniform.js';

// tfjs checks kernels for leaks then, and is quiet about faster backends.
tf.env().set('IS_TEST', true);

const CLASSES = 3;
const SHAPE = [4, 4, 2] as const;

/** A dropout whose mask is a function of its seed and the step. */
class StepDropout extends layers.Layer {
  static className = 'StepDropout';

  constructor(
    readonly seed: number,
    name: string,
  ) {
    super({ name });
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training, step }: { training?: boolean; step?: number }): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (training !== true) return x;
    const random = uniform(this.seed * 1000 + step!);
    const mask = Float32Array.from({ length: x.size }, () => (random() < 0.8 ? 1 / 0.8 : 0));
    return tf.mul(x, tf.tensor(mask, x.shape));
  }
}

/** Convolution, batch norm with ReLU, dropout and a linear layer: [n, ...inputShape] -> [n, classes]. */
export function smallConvNet(
  seed = 1,
  { inputShape = [...SHAPE] as number[], strides = 1, classes = CLASSES } = {},
): LayersModel {
  const kernelInitializer = initializers.heNormal({ seed });
  return sequential({
    layers: [
      layers.conv2d({ name: 'conv', filters: 4, kernelSize: 3, strides, kernelInitializer, inputShape }),
      new BatchNorm({ name: 'norm', activation: 'relu' }),
      layers.flatten({ name: 'flatten' }),
      new StepDropout(5, 'dropout'),
      layers.dense({ name: 'linear', units: classes, kernelInitializer }),
    ],
  });
}

/** Images whose class shows in their first channel. */
export function imageBatches(count: number, n = 6, seed = 1): TfjsBatch[] {
  const random = uniform(seed);
  return Array.from({ length: count }, () => {
    const classes = Array.from({ length: n }, () => Math.floor(random() * CLASSES));
    const images = Float32Array.from({ length: n * 32 }, () => random() + random() - 1);
    const labels = new Float32Array(n * CLASSES);
    classes.forEach((c, i) => {
      labels[i * CLASSES + c] = 1;
      for (let p = 0; p < 32; p += 2) images[i * 32 + p]! += c;
    });
    return { images, shape: [n, ...SHAPE], labels };
  });
}
