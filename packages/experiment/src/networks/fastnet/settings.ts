import type { ValuesOf } from '../../settings/network-settings.js';
import { usualTraining } from '../usual-settings.js';

/**
 * The recipe when nothing else is said: airbench94's with Muon (K. Jordan), eight epochs of CIFAR-10's training images, in
 * batches of 500 in place of 2,000. The rates of offsets and of the last layer are of the mean loss and scale with the
 * batch; a quarter of the batch takes four times as many steps, of a smaller rate and with a longer momentum.
 */
export const fastnetDefaults = {
  activation: 'gelu',
  whitening: true,
  whiteningBiasSteps: 300,
  diracStart: true,
  optimizer: 'muon',
  learningRate: 0.1,
  biasLearningRate: 26.5,
  headLearningRate: 0.41,
  momentum: 0.8,
  nesterov: true,
  weightDecay: 2.4e-3,
  labelSmoothing: 0.2,
  accumulate: 1,
  ...usualTraining({ maxSteps: 800, batchSize: 500, evalFreq: 100 }),
  schedule: 'linear',
  batchOrder: 'epoch',
  standardize: true,
  flip: true,
  alternateFlip: true,
  crop: 2,
} as const;

/** The names that the network knows of a choice. */
export const fastnetChoices = { activation: ['silu', 'gelu'], optimizer: ['sgd', 'muon'] } as const;

/** The settings of the network of the speed records. */
export type FastnetSettings = ValuesOf<typeof fastnetDefaults, typeof fastnetChoices>;
