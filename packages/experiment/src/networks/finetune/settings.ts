import type { ValuesOf } from '../../settings/network-settings.js';
import type { plainOptimizers } from '../plain-optimizers.js';
import { usualTraining } from '../usual-settings.js';

const { standardize: _, ...training } = usualTraining({ maxSteps: 782, batchSize: 64, evalFreq: 391 });

/**
 * The recipe when nothing else is said: an epoch of CIFAR-10's training images at 96 pixels, with the statistics of batch
 * norm and the first stages as they are, and a larger rate for the new last layer.
 */
export const finetuneDefaults = {
  preset: 'course',
  architecture: 'efficientnet-lite0',
  weights: null,
  from: null,
  resolution: 96,
  startResolution: null,
  headOnly: false,
  freezeStages: null,
  batchNorm: null,
  dropout: 0,
  optimizer: 'adamw',
  learningRate: 1e-3,
  headLearningRate: 5e-3,
  momentum: 0,
  nesterov: false,
  weightDecay: 0.01,
  labelSmoothing: 0,
  accumulate: 1,
  ...training,
  schedule: 'one-cycle',
  batchOrder: 'epoch',
  flip: true,
} as const;

/**
 * The recipe for accuracy: images at 128 pixels, cropped at random and with smoothed labels, over 4.4 epochs of CIFAR-10 at
 * half the rates.
 */
export const finetunePresets = {
  strong: {
    resolution: 128,
    learningRate: 5e-4,
    headLearningRate: 2.5e-3,
    labelSmoothing: 0.1,
    crop: 4,
    maxSteps: 3100,
    evalFreq: 620,
  },
} as const;

/** The settings of fine-tuning. */
export type FinetuneSettings = ValuesOf<typeof finetuneDefaults, { optimizer: typeof plainOptimizers }>;
