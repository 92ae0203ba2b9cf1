export type { Network } from './networks/define-network.js';
export {
  type NetworkName,
  type NetworkOf,
  networkNames,
  networkOf,
  networks,
  type SettingsOf,
} from './networks/registry.js';
export { checkBatches } from './settings/batch-rules.js';
export { changesAtResume, type SettingChanges } from './settings/changes-at-resume.js';
export { checkValue, type EntryValue, readSetting, requireSetting } from './settings/check-value.js';
export {
  type AnyNetwork,
  choicesOf,
  type GivenSettings,
  type NetworkSetting,
  type NetworkSettings,
  settingRows,
  type TrainingSettings,
} from './settings/network-settings.js';
export { readEntries } from './settings/read-entries.js';
export {
  type Choice,
  fraction,
  isChoice,
  nonNegativeNumber,
  oneOf,
  onOrOff,
  positiveNumber,
  type Rule,
  readText,
  wholeNumber,
  wholeNumberBetween,
  writeText,
} from './settings/rule.js';
export { learningRateSchedule, type ScheduleSettings, scheduleLength } from './settings/schedule.js';
export { type Mention, named, Sentence, type Spelling, sentence } from './settings/sentence.js';
export type { Setting, SettingGroup, Unset } from './settings/setting.js';
export { SettingError, type SettingFault } from './settings/setting-error.js';
export { settingLines } from './settings/setting-lines.js';
export { checkSettings, settingsOf } from './settings/settings-of.js';
export { settingsSchema } from './settings/settings-schema.js';
export { type AllSettings, defaultNegSlope, type SettingName, settingTable } from './settings/table.js';
