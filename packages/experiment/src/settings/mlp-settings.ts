import type { Activation, Init, Norm } from '@cifarlab/mlp';
import { checkMlpShape, defaultNegSlope, type MlpShape } from './mlp-rules.js';
import { checkOptimizer, type OptimizerSettings, optimizerSettingsOf } from './optimizer-settings.js';
import type { PresetName } from './presets.js';
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
  /** Which settings stood in for the defaults; absent in runs from before there was a choice. */
  preset?: PresetName;
  activation: Activation;
  norm: Norm;
  init: Init;
  /** The probability that a hidden unit is dropped in training. */
  dropout: number;
}

/** What the command line says of these, defaults and preset filled in. */
export interface MlpSettingFlags extends Omit<MlpSettings, 'preset' | 'negSlope' | 'earlyStopping'>, TrainingFlags {
  preset: PresetName;
  negSlope?: number;
}

export function mlpSettingsOf(flags: MlpSettingFlags): MlpSettings {
  return {
    preset: flags.preset,
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

/** Checks rules that concern several settings at once. @throws SettingError naming the settings. */
export function checkMlpSettings(settings: MlpSettings): void {
  checkMlpShape(settings);
  checkOptimizer(settings);
  checkTrainingSettings(settings);
}
