import * as tf from '@tensorflow/tfjs-core';
import { imagePool, oneHot } from './random.js';
import type { Task } from './task.js';

/** Images that a training task goes through again and again, in whole batches. */
const POOL = 2048;

export interface TrainingSetup {
  batch: number;
  /** Shape of one input: 3072 numbers, in the order height, width, channels. */
  inputShape: number[];
  trainable: tf.Variable[];
  optimizer: tf.Optimizer;
  /** Values to compare after the first step, besides the losses. */
  inspect?(): Record<string, number>;
  /** [batch, ...inputShape] -> logits [batch, 10] */
  forward(x: tf.Tensor): tf.Tensor2D;
}

/** One step a run, from a batch in memory to the loss as a number: forward, backward and update. */
export function trainingTask({ batch, inputShape, trainable, optimizer, forward, inspect }: TrainingSetup): Task {
  const { images, classes } = imagePool(Math.floor(POOL / batch) * batch);
  const labels = oneHot(classes);
  let step = 0;
  const losses: number[] = [];
  let inspected: Record<string, number> = {};
  return {
    run() {
      const from = (step * batch) % classes.length;
      const x = tf.tensor(images.subarray(from * 3072, (from + batch) * 3072), [batch, ...inputShape]);
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
      return { ...inspected, firstLoss, secondLoss, parameters: trainable.reduce((sum, { size }) => sum + size, 0) };
    },
  };
}
