import type { TrainingSettings } from '../settings/network-settings.js';

/** Lengths of a training: of the whole, of a batch, and between evaluations. */
export type Lengths = Pick<TrainingSettings, 'maxSteps' | 'batchSize' | 'evalFreq'>;

/** The usual training, in the order of records; the learning rate comes with the optimizer. */
export const usualTraining = ({ maxSteps, batchSize, evalFreq }: Lengths) =>
  ({
    schedule: 'constant',
    warmupSteps: 0,
    maxSteps,
    scheduleSteps: null,
    batchSize,
    evalFreq,
    earlyStopping: null,
    seed: 42,
    batchOrder: 'course',
    standardize: false,
    validationSize: 0,
    flip: false,
    crop: 0,
    cutout: 0,
    test: true,
  }) as const;

/** The usual settings of an optimizer in TensorFlow.js. */
export const plainOptimizer = <const Name extends 'sgd' | 'adam' | 'adamw'>(optimizer: Name, learningRate: number) =>
  ({
    optimizer,
    learningRate,
    momentum: 0,
    nesterov: false,
    weightDecay: 0,
    labelSmoothing: 0,
    accumulate: 1,
  }) as const;

/** Settings that the presets `strong` have in common: one cycle over augmented images. */
export const oneCycle = {
  weightDecay: 5e-4,
  schedule: 'one-cycle',
  batchOrder: 'epoch',
  standardize: true,
  flip: true,
} as const;
