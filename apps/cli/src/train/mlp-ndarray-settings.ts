import { UsageError } from '../errors.js';
import { checkTrainingSettings, type TrainingSettings } from './training-settings.js';

export const activations = ['elu', 'relu', 'leaky-relu', 'tanh'] as const;
export const norms = ['none', 'batch'] as const;
export const inits = ['course', 'pytorch', 'he', 'glorot'] as const;
export const optimizers = ['sgd'] as const;
export const dtypes = ['float64', 'float32'] as const;

/** Slope of the leaky ReLU below zero when `--neg-slope` does not say. */
export const defaultNegSlope = 0.02;

/** Every setting that shapes the numbers of a run of `train mlp-ndarray`; recorded in its `config.json`. */
export interface MlpNdarraySettings extends TrainingSettings {
  dnnHiddenUnits: number[];
  activation: (typeof activations)[number];
  /** Slope of the leaky ReLU below zero; null where the activation has none. */
  negSlope: number | null;
  norm: (typeof norms)[number];
  init: (typeof inits)[number];
  optimizer: (typeof optimizers)[number];
  momentum: number;
  weightDecay: number;
  dtype: (typeof dtypes)[number];
}

/** Rules that concern several flags at once. @throws UsageError naming the flags. */
export function checkSettings(settings: MlpNdarraySettings): void {
  const { activation, negSlope, norm, batchSize } = settings;
  if (negSlope !== null && activation !== 'leaky-relu') {
    throw new UsageError(
      `--neg-slope ${negSlope} has no meaning for --activation ${activation}; leave it out or use --activation leaky-relu`,
    );
  }
  if (norm === 'batch' && batchSize === 1) {
    throw new UsageError('--norm batch cannot normalise a batch of one image; use a larger --batch-size');
  }
  checkTrainingSettings(settings);
}

/** What a newcomer may trip over, said before the run rather than after it. */
export function warnings({ init, norm, dnnHiddenUnits }: MlpNdarraySettings): string[] {
  if (init !== 'course' || norm !== 'none' || dnnHiddenUnits.length < 2) return [];
  return [
    "warning: with two or more hidden layers the course's initialisation, N(0, 0.0001²), hardly learns " +
      '(the loss stays near 2.3026): try --init he',
  ];
}
