import { checkMlpShape, defaultNegSlope, type MlpShape } from './mlp-rules.js';
import {
  checkTrainingSettings,
  type TrainingFlags,
  type TrainingSettings,
  trainingSettingsOf,
} from './training-settings.js';

export const activations = ['elu', 'relu', 'leaky-relu', 'tanh'] as const;
export const norms = ['none', 'batch'] as const;
export const inits = ['course', 'pytorch', 'he', 'glorot'] as const;
export const optimizers = ['sgd'] as const;
export const dtypes = ['float64', 'float32'] as const;

/** Every setting that shapes the numbers of a run of `train mlp-ndarray`; recorded in its `config.json`. */
export interface MlpNdarraySettings extends MlpShape, TrainingSettings {
  activation: (typeof activations)[number];
  norm: (typeof norms)[number];
  init: (typeof inits)[number];
  optimizer: (typeof optimizers)[number];
  momentum: number;
  weightDecay: number;
  dtype: (typeof dtypes)[number];
}

/** What the command line says of these, defaults filled in. */
export interface MlpNdarraySettingFlags extends Omit<MlpNdarraySettings, 'negSlope' | 'earlyStopping'>, TrainingFlags {
  negSlope?: number;
}

export function mlpNdarraySettingsOf(flags: MlpNdarraySettingFlags): MlpNdarraySettings {
  return {
    dnnHiddenUnits: flags.dnnHiddenUnits,
    activation: flags.activation,
    negSlope: flags.negSlope ?? (flags.activation === 'leaky-relu' ? defaultNegSlope : null),
    norm: flags.norm,
    init: flags.init,
    optimizer: flags.optimizer,
    momentum: flags.momentum,
    weightDecay: flags.weightDecay,
    dtype: flags.dtype,
    ...trainingSettingsOf(flags),
  };
}

/** Checks rules that concern several settings at once. @throws SettingError naming the settings. */
export function checkMlpNdarraySettings(settings: MlpNdarraySettings): void {
  checkMlpShape(settings);
  checkTrainingSettings(settings);
}
