import type { Activation, Init, Norm } from '@cifarlab/mlp';
import type { MlpShape } from './mlp-rules.js';
import type { OptimizerSettings } from './optimizer-settings.js';
import type { TrainingSettings } from './training-settings.js';

export const activations = [
  'elu',
  'relu',
  'leaky-relu',
  'tanh',
  'sigmoid',
  'silu',
  'gelu',
] as const satisfies Activation[];
export const norms = ['none', 'layer', 'batch'] as const satisfies Norm[];
export const inits = ['course', 'pytorch', 'he', 'glorot'] as const satisfies Init[];

/** Every setting that shapes the numbers of a run of `train mlp`; recorded in its `config.json`. */
export interface MlpSettings extends MlpShape, TrainingSettings, OptimizerSettings {
  activation: Activation;
  norm: Norm;
  init: Init;
  /** The probability that a hidden unit is dropped in training. */
  dropout: number;
}
