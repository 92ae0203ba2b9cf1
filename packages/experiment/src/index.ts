export {
  type ConvNetSettingFlags,
  type ConvNetSettings,
  checkConvNetSettings,
  convNetSettingsOf,
} from './settings/convnet-settings.js';
export {
  activations as ndarrayActivations,
  checkMlpNdarraySettings,
  dtypes,
  inits as ndarrayInits,
  type MlpNdarraySettingFlags,
  type MlpNdarraySettings,
  mlpNdarraySettingsOf,
  norms as ndarrayNorms,
  optimizers as ndarrayOptimizers,
} from './settings/mlp-ndarray-settings.js';
export { defaultNegSlope, mlpWarnings, smallestMlpBatch } from './settings/mlp-rules.js';
export {
  activations,
  checkMlpSettings,
  inits,
  type MlpSettingFlags,
  type MlpSettings,
  mlpSettingsOf,
  norms,
} from './settings/mlp-settings.js';
export { type OptimizerSettings, optimizerSlots, tensorflowOptimizers } from './settings/optimizer-settings.js';
export { applyPreset, presets } from './settings/presets.js';
export { learningRateSchedule, scheduleLength, schedules } from './settings/schedule.js';
export { type Mention, named, Sentence, type Spelling, sentence } from './settings/sentence.js';
export { SettingError, type SettingFault } from './settings/setting-error.js';
export { augmentation, batchOrders, settingLines, type TrainingSettings } from './settings/training-settings.js';
