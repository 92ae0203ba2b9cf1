import type { ValuesOf } from '../../settings/network-settings.js';
import { usualTraining } from '../usual-settings.js';

/**
 * The recipe when nothing else is said: airbench94's with Muon (K. Jordan), eight epochs of CIFAR-10's training images, with
 * its batches of 2,000 taken in parts, whose memory fits. The rates of offsets and of the last layer are of the mean loss.
 */
export const fastnetDefaults = {
  from: null,
  activation: 'gelu',
  whitening: true,
  whiteningBiasSteps: 75,
  diracStart: true,
  optimizer: 'muon',
  learningRate: 0.24,
  biasLearningRate: 106,
  headLearningRate: 1.66,
  momentum: 0.6,
  nesterov: true,
  weightDecay: 2.4e-3,
  labelSmoothing: 0.2,
  accumulate: 4,
  ...usualTraining({ maxSteps: 200, batchSize: 2000, evalFreq: 50 }),
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
