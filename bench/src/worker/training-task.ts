import { TfjsLearner, type TfjsModel, type TfjsOptimizer } from '@cifarlab/trainer/tfjs';
import { type ImagePool, imagePool, oneHot } from './random.js';
import type { Task } from './task.js';

/** Images that a training task goes through again and again, in whole batches. */
const POOL = 2048;

export interface TrainingSetup {
  model: TfjsModel;
  optimizer: TfjsOptimizer;
  batch: number;
  /** Parts that a batch is taken in; their gradients are summed. Default 1. */
  parts?: number;
  /** Shape of one input, in the order height, width, channels. */
  inputShape: number[];
  /** Images to train on, in whole batches. Default 2048 images of 3072 numbers. */
  pool?: ImagePool;
  /** Values to compare after the first step, besides the losses. */
  inspect?(): Record<string, number>;
}

/**
 * Returns a task of one step a run, as the training loop makes it: from a batch in memory to the loss as a number, with
 * forward, backward and update.
 */
export function trainingTask(setup: TrainingSetup): Task {
  const { model, optimizer, batch, parts = 1, inputShape, inspect } = setup;
  const learner = new TfjsLearner({ model, optimizer, microBatch: batch / parts });
  const { learningRate } = optimizer;
  const { images, classes } = setup.pool ?? imagePool(Math.floor(POOL / batch) * batch);
  const size = inputShape.reduce((product, length) => product * length, 1);
  const labels = oneHot(classes);
  let step = 0;
  const losses: number[] = [];
  let inspected: Record<string, number> = {};
  return {
    run() {
      const from = (step * batch) % classes.length;
      step += 1;
      const sums = learner.trainStep(
        {
          images: images.subarray(from * size, (from + batch) * size),
          labels: labels.subarray(from * 10, (from + batch) * 10),
          shape: [batch, ...inputShape],
        },
        { step, learningRate },
      );
      if (sums instanceof Promise) throw new TypeError('A backend that queues its work cannot be measured here.');
      if (step <= 2) losses.push(sums.loss / batch);
      if (step === 1 && inspect) inspected = inspect();
    },
    values() {
      // The second loss depends on the gradients and the update of the first step.
      const [firstLoss, secondLoss] = losses as [number, number];
      return {
        ...inspected,
        firstLoss,
        secondLoss,
        parameters: model.trainableWeights.reduce((sum, weight) => sum + weight.read().size, 0),
      };
    },
  };
}
