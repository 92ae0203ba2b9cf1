import { createMlp } from '@cifarlab/mlp';
import { RandomState } from '@cifarlab/numpy-random';
import { SGD } from '@cifarlab/tfjs-ops';
import { WEIGHTS_SEED } from './random.js';
import type { Task } from './task.js';
import { trainingTask } from './training-task.js';

/** Returns the practical's MLP by autodiff: 3072 -> 100, ELU -> 10; weights from N(0, 1e-4^2), biases 0. */
export function mlpStep(): Task {
  return trainingTask({
    model: createMlp({ nInputs: 3072, nHidden: [100], numClasses: 10, rng: new RandomState(WEIGHTS_SEED) }),
    optimizer: new SGD({ learningRate: 1e-3 }),
    batch: 200,
    inputShape: [3072],
  });
}
