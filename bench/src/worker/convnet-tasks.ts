import { createPreActConvNet } from '@cifarlab/convnet-preact';
import { Adam } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Parameters } from '../protocol.js';
import { imagePool, oneHot, WEIGHTS_SEED } from './random.js';
import { numberOf, type Task } from './task.js';
import { trainingTask } from './training-task.js';

const EVALUATION_BATCH = 200;

export function convNetStep(parameters: Parameters): Task {
  const model = createConvNet(parameters);
  const lastNorm = model.getLayer('bn').weights;
  return trainingTask({
    model,
    optimizer: new Adam({ learningRate: 1e-4 }),
    batch: numberOf(parameters, 'batch'),
    inputShape: [32, 32, 3],
    inspect: () => ({
      lastRunningMean: meanOf(lastNorm.at(-2)!.read()),
      lastRunningVariance: meanOf(lastNorm.at(-1)!.read()),
    }),
  });
}

export function convNetEvaluation(parameters: Parameters): Task {
  const count = numberOf(parameters, 'images');
  const { images, classes } = imagePool(count);
  const labels = oneHot(classes);
  const model = createConvNet(parameters);
  let loss = Number.NaN;

  const batchLoss = (from: number): number => {
    const size = Math.min(EVALUATION_BATCH, count - from);
    const sum = tf.tidy(() => {
      const x = tf.tensor4d(images.subarray(from * 3072, (from + size) * 3072), [size, 32, 32, 3]);
      const y = tf.tensor2d(labels.subarray(from * 10, (from + size) * 10), [size, 10]);
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

function meanOf(statistic: tf.Tensor): number {
  return (statistic.dataSync() as Float32Array).reduce((sum, value) => sum + value, 0) / statistic.size;
}

function createConvNet(parameters: Parameters): LayersModel {
  const width = parameters.width === undefined ? undefined : numberOf(parameters, 'width');
  return createPreActConvNet({ seed: WEIGHTS_SEED, width });
}
