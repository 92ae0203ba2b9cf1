import { checkOptimizer, type OptimizerSettings, optimizerSettingsOf } from './optimizer-settings.js';
import type { PresetName } from './presets.js';
import { named, sentence } from './sentence.js';
import { SettingError } from './setting-error.js';
import {
  checkTrainingSettings,
  type TrainingFlags,
  type TrainingSettings,
  trainingSettingsOf,
} from './training-settings.js';

/** Every setting that shapes the numbers of a run of `train convnet`; recorded in its `config.json`. */
export interface ConvNetSettings extends TrainingSettings, OptimizerSettings {
  /** Where the settings come from that the command line does not give. */
  preset: PresetName;
}

/** What the command line says of these, defaults and preset filled in. */
export interface ConvNetSettingFlags extends Omit<ConvNetSettings, 'earlyStopping'>, TrainingFlags {}

export function convNetSettingsOf(flags: ConvNetSettingFlags): ConvNetSettings {
  return { preset: flags.preset, ...optimizerSettingsOf(flags), ...trainingSettingsOf(flags) };
}

/** Checks rules that concern several settings at once. @throws SettingError naming the settings. */
export function checkConvNetSettings(settings: ConvNetSettings): void {
  if (settings.batchSize === 1) {
    throw new SettingError({
      setting: 'batchSize',
      value: settings.batchSize,
      rule: 'leaves one value per channel to the last batch norm',
      remedy: sentence`use a larger ${named('batchSize')}`,
    });
  }
  checkOptimizer(settings);
  checkTrainingSettings(settings);
}
