import * as tf from '@tensorflow/tfjs-core';
import { type ImagePool, imagePool, oneHot } from './random.js';
import type { Task } from './task.js';

/** Images that a training task goes through again and again, in whole batches. */
const POOL = 2048;

export interface TrainingSetup {
  batch: number;
  /** Shape of one input, in the order height, width, channels. */
  inputShape: number[];
  /** Images to train on, in whole batches. Default 2048 images of 3072 numbers. */
  pool?: ImagePool;
  trainable: tf.Variable[];
  optimizer: tf.Optimizer;
  /** Values to compare after the first step, besides the losses. */
  inspect?(): Record<string, number>;
  /** [batch, ...inputShape] -> logits [batch, 10] */
  forward(x: tf.Tensor): tf.Tensor2D;
}

/** Returns a task of one step a run, from a batch in memory to the loss as a number: forward, backward and update. */
export function trainingTask(setup: TrainingSetup): Task {
  const { batch, inputShape, trainable, optimizer, forward, inspect } = setup;
  const { images, classes } = setup.pool ?? imagePool(Math.floor(POOL / batch) * batch);
  const size = inputShape.reduce((product, length) => product * length, 1);
  const labels = oneHot(classes);
  let step = 0;
  const losses: number[] = [];
  let inspected: Record<string, number> = {};
  return {
    run() {
      const from = (step * batch) % classes.length;
      const x = tf.tensor(images.subarray(from * size, (from + batch) * size), [batch, ...inputShape]);
      const y = tf.tensor2d(labels.subarray(from * 10, (from + batch) * 10), [batch, 10]);
      const loss = () => tf.losses.softmaxCrossEntropy(y, forward(x)) as tf.Scalar;
      const value = optimizer.minimize(loss, true, trainable)!;
      const [number] = value.dataSync();
      if (step < 2) losses.push(number!);
      if (step === 0 && inspect) inspected = inspect();
      tf.dispose([x, y, value]);
      step += 1;
    },
    values() {
      // The second loss depends on the gradients and the update of the first step.
      const [firstLoss, secondLoss] = losses as [number, number];
      return {
        ...inspected,
        firstLoss,
        secondLoss,
        parameters: trainable.reduce((sum, variable) => sum + variable.size, 0),
      };
    },
  };
}
