import { Adam } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '../protocol.js';
import { createConvNet } from './convnet.js';
import { imagePool, oneHot } from './random.js';
import { numberOf, type Task } from './task.js';
import { trainingTask } from './training-task.js';

const EVALUATION_BATCH = 200;

export function convNetStep(parameters: Parameters): Task {
  const { trainable, running, forward } = createConvNet(widthOf(parameters));
  return trainingTask({
    batch: numberOf(parameters, 'batch'),
    inputShape: [32, 32, 3],
    trainable,
    optimizer: new Adam({ learningRate: 1e-4 }),
    forward: (x) => forward(x as tf.Tensor4D, 'training'),
    inspect: () => ({ lastRunningMean: meanOf(running.at(-2)!), lastRunningVariance: meanOf(running.at(-1)!) }),
  });
}

export function convNetEvaluation(parameters: Parameters): Task {
  const count = numberOf(parameters, 'images');
  const { images, classes } = imagePool(count);
  const labels = oneHot(classes);
  const { forward } = createConvNet(widthOf(parameters));
  let loss = Number.NaN;

  const batchLoss = (from: number): number => {
    const size = Math.min(EVALUATION_BATCH, count - from);
    const sum = tf.tidy(() => {
      const x = tf.tensor4d(images.subarray(from * 3072, (from + size) * 3072), [size, 32, 32, 3]);
      const y = tf.tensor2d(labels.subarray(from * 10, (from + size) * 10), [size, 10]);
      return tf.losses.softmaxCrossEntropy(y, forward(x, 'evaluation'), undefined, undefined, tf.Reduction.SUM);
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

function meanOf(statistic: tf.Variable): number {
  return (statistic.dataSync() as Float32Array).reduce((sum, value) => sum + value, 0) / statistic.size;
}

function widthOf(parameters: Parameters): number | undefined {
  return parameters.width === undefined ? undefined : numberOf(parameters, 'width');
}
