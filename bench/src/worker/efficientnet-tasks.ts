import { createEfficientNetLite } from '@cifarlab/efficientnet-lite';
import { AdamW } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Parameters } from '../protocol.js';
import { imagePool, oneHot, WEIGHTS_SEED } from './random.js';
import { numberOf, type Task } from './task.js';
import { trainingTask } from './training-task.js';

/** Batches that a training step goes through again and again. */
const BATCHES = 2;
const EVALUATION_BATCH = 64;

/** Returns a step of fine-tuning: all weights are trained, the statistics of batch norm are frozen. */
export function efficientNetStep(parameters: Parameters): Task {
  const [resolution, batch] = [numberOf(parameters, 'resolution'), numberOf(parameters, 'batch')];
  const model = createModel(resolution);
  if (parameters.depthwise5x5 === false) freezeDepthwise5x5(model);
  return trainingTask({
    model,
    optimizer: new AdamW({ learningRate: 1e-4, weightDecay: 1e-2 }),
    batch,
    inputShape: [resolution, resolution, 3],
    pool: squareImages(BATCHES * batch, resolution),
  });
}

export function efficientNetEvaluation(parameters: Parameters): Task {
  const [resolution, count] = [numberOf(parameters, 'resolution'), numberOf(parameters, 'images')];
  const { images, classes } = squareImages(count, resolution);
  const labels = oneHot(classes);
  const model = createModel(resolution);
  const size = 3 * resolution ** 2;
  let loss = Number.NaN;

  const batchLoss = (from: number): number => {
    const to = Math.min(from + EVALUATION_BATCH, count);
    const sum = tf.tidy(() => {
      const x = tf.tensor4d(images.subarray(from * size, to * size), [to - from, resolution, resolution, 3]);
      const y = tf.tensor2d(labels.subarray(from * 10, to * 10), [to - from, 10]);
      const logits = model.apply(x, { training: false }) as tf.Tensor2D;
      return tf.losses.softmaxCrossEntropy(y, logits, undefined, undefined, tf.Reduction.SUM);
    });
    const [value] = sum.dataSync();
    sum.dispose();
    return value!;
  };
  return {
    run() {
      loss = 0;
      for (let from = 0; from < count; from += EVALUATION_BATCH) loss += batchLoss(from) / count;
    },
    values: () => ({ loss }),
  };
}

function createModel(resolution: number): LayersModel {
  return createEfficientNetLite({ numClasses: 10, seed: WEIGHTS_SEED, resolution });
}

/** Freezes the depthwise convolutions of 5x5 pixels with their batch norm. */
function freezeDepthwise5x5(model: LayersModel): void {
  for (const layer of model.layers) {
    const { depthwise, kernelSize } = layer as { depthwise?: boolean; kernelSize?: number };
    if (depthwise && kernelSize === 5) layer.trainable = false;
  }
}

/** Images of -1 to 1, and their classes. */
function squareImages(count: number, resolution: number) {
  return imagePool(count, 3 * resolution ** 2, 1);
}
