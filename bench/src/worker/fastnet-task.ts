import { createFastNet, variableRoles } from '@cifarlab/fastnet';
import { Muon } from '@cifarlab/tfjs-ops';
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
  const parts = parameters.parts === undefined ? 1 : numberOf(parameters, 'parts');
  const width = parameters.width === undefined ? 64 : numberOf(parameters, 'width');
  const model = createFastNet({ seed: WEIGHTS_SEED, widths: [width, 4 * width, 4 * width] });
  model.getLayer('whiten').trainable = false;
  return trainingTask({
    model,
    optimizer: new Muon({
      learningRate: 0.01,
      groups: [{ variables: variableRoles(model).head, orthogonal: false }],
    }),
    batch,
    parts,
    inputShape: [32, 32, 3],
    pool: imagePool(BATCHES * batch, 3072, 2),
  });
}
