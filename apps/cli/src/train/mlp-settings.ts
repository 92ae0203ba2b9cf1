import type { Activation, Init, Norm } from '@cifarlab/mlp';
import { checkMlpShape, defaultNegSlope, type MlpShape } from './mlp-rules.js';
import { checkOptimizer, type OptimizerSettings, optimizerSettingsOf } from './optimizer-settings.js';
import {
  checkTrainingSettings,
  type TrainingFlags,
  type TrainingSettings,
  trainingSettingsOf,
} from './training-settings.js';

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

/** What the command line says of these, defaults filled in. */
export interface MlpSettingFlags extends Omit<MlpSettings, 'negSlope' | 'earlyStopping'>, TrainingFlags {
  negSlope?: number;
}

export function mlpSettingsOf(flags: MlpSettingFlags): MlpSettings {
  return {
    dnnHiddenUnits: flags.dnnHiddenUnits,
    activation: flags.activation,
    negSlope: flags.negSlope ?? (flags.activation === 'leaky-relu' ? defaultNegSlope : null),
    norm: flags.norm,
    dropout: flags.dropout,
    init: flags.init,
    ...optimizerSettingsOf(flags),
    ...trainingSettingsOf(flags),
  };
}

/** Rules that concern several flags at once. @throws UsageError naming the flags. */
export function checkMlpSettings(settings: MlpSettings): void {
  checkMlpShape(settings);
  checkOptimizer(settings);
  checkTrainingSettings(settings);
}
