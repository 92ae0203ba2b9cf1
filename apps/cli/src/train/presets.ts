import type { ConvNetSettings } from './convnet.js';

export const presets = ['course', 'strong'] as const;

export type PresetName = (typeof presets)[number];

/** Settings of `train convnet` by name; flags on the command line come before them. */
export const presetSettings: Record<PresetName, Partial<ConvNetSettings>> = {
  /** The practical's: what the flags default to. */
  course: {},
  /** One cycle of SGD with Nesterov momentum over augmented images with smoothed labels. */
  strong: {
    optimizer: 'sgd',
    learningRate: 0.05,
    momentum: 0.9,
    nesterov: true,
    weightDecay: 5e-4,
    schedule: 'one-cycle',
    labelSmoothing: 0.1,
    batchSize: 128,
    maxSteps: 3900,
    evalFreq: 390,
    batchOrder: 'epoch',
    standardize: true,
    flip: true,
    crop: 4,
    cutout: 8,
  },
};
