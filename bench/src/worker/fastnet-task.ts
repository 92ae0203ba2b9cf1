import { createFastNet, variableRoles } from '@cifarlab/fastnet';
import { Muon } from '@cifarlab/tfjs-ops';
import type * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '../protocol.js';
import { imagePool, WEIGHTS_SEED } from './random.js';
import { numberOf, type Task } from './task.js';
import { trainingTask } from './training-task.js';

/** Batches that a training step goes through again and again. */
const BATCHES = 2;

/**
 * Returns a step of the network of the speed records, by Muon; of its first layer nothing is trained, as after a run's
 * first epochs.
 */
export function fastNetStep(parameters: Parameters): Task {
  const batch = numberOf(parameters, 'batch');
  const width = parameters.width === undefined ? 64 : numberOf(parameters, 'width');
  const model = createFastNet({ seed: WEIGHTS_SEED, widths: [width, 4 * width, 4 * width], whiteningBiasSteps: 0 });
  const { filters, normBiases, head } = variableRoles(model);
  return trainingTask({
    batch,
    inputShape: [32, 32, 3],
    pool: imagePool(BATCHES * batch, 3072, 2),
    trainable: [...filters, ...normBiases, ...head],
    optimizer: new Muon({ learningRate: 0.01, groups: [{ variables: head, orthogonal: false }] }),
    forward: (x) => model.apply(x, { training: true, step: 1 }) as tf.Tensor2D,
  });
}
