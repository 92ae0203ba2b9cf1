export type { EventStream } from '@cifarlab/internals/event-stream';
export { formatBytes, formatDuration, formatPercent } from '@cifarlab/internals/format';
export type { Dataset, ImageFormat } from './images/dataset.js';
export type { SkipCause, SkippedPicture } from './images/skipped-picture.js';
export {
  type Batches,
  type ClassedTfjsBatch,
  flatBatches,
  imageBatches,
  ndarrayBatches,
  type TfjsBatches,
} from './networks/batches.js';
export type { FastnetConfig } from './networks/fastnet/config.js';
export type { FinetuneConfig } from './networks/finetune/config.js';
export type { SavedMlp } from './networks/mlp-config.js';
export {
  type ClassifiedBatch,
  defineNetwork,
  type FirstLayer,
  type LayersNetwork,
  type Network,
  type NetworkFacts,
  type NewNetwork,
  type SavedNetwork,
  type TrainedNetwork,
  type Trainee,
  type Views,
  type Weights,
} from './networks/network.js';
export type { Progress } from './networks/progress.js';
export {
  type NetworkName,
  type NetworkOf,
  networkNames,
  networkOf,
  networks,
  type SettingsOf,
} from './networks/registry.js';
export { defineTfjsNetwork, type TfjsNetwork } from './networks/tfjs-network.js';
export { usualTraining } from './networks/usual-settings.js';
export { type DecodeOptions, decodePicture, type Picture } from './pictures/decode-picture.js';
export { decodePictures } from './pictures/decode-pictures.js';
export type { PictureFormat } from './pictures/picture-file.js';
export type { Machine, RunChange, RunConfig, RunSession } from './records/run-config.js';
export type { RunResult } from './records/run-result.js';
export { digestImages } from './run/dataset.js';
export {
  type DescribeImagesOptions,
  describeImages,
  imageLines,
  type PicturesDescription,
} from './run/describe-images.js';
export { endLines } from './run/end-lines.js';
export type { EngineChoice } from './run/engine.js';
export type { EvaluateOptions, Evaluation, SplitName } from './run/evaluate.js';
export { evaluationLines } from './run/evaluation-lines.js';
export type {
  BatchEvent,
  DataEvent,
  EndEvent,
  EngineEvent,
  FolderEvent,
  MemoryEvent,
  NetworkEvent,
  RunEnd,
  RunEvent,
  SavedEvent,
  SettingsEvent,
  UseEvent,
  WarningEvent,
} from './run/events.js';
export { type FollowedRun, type FollowRunOptions, followRun } from './run/follow-run.js';
export { describeMachine, versionsOf } from './run/machine.js';
export { OpenedRun, type OpenRunOptions, openRun } from './run/open-run.js';
export type { DataChoice, RunOptions, TrainingOptions } from './run/options.js';
export { forFile, refuseFolder } from './run/output-file.js';
export { makeFolders, removeEmptyFolders } from './run/own-folders.js';
export type { PictureClassifier } from './run/picture-classifier.js';
export type { Prediction, PredictOptions } from './run/predict.js';
export { type ResumeRunOptions, resumeRun } from './run/resume-run.js';
export { type FoundRun, RunError, type RunErrorCode, type RunFault } from './run/run-error.js';
export type { RunFiles } from './run/run-files.js';
export type { RunStream } from './run/run-stream.js';
export type { CheckpointName } from './run/saved-network.js';
export { tellNews } from './run/tell-news.js';
export { tellRun } from './run/tell-run.js';
export { type TrainRunOptions, trainRun } from './run/train-run.js';
export { type EvaluationFiles, type WriteEvaluationOptions, writeEvaluation } from './run/write-evaluation.js';
export { checkBatches } from './settings/batch-rules.js';
export { changesAtResume, type SettingChanges } from './settings/changes-at-resume.js';
export { checkValue, type EntryValue, readSetting, requireSetting, unknownSetting } from './settings/check-value.js';
export { byKey, keyOf, settingOf } from './settings/keys.js';
export {
  type AnyNetwork,
  type Choices,
  choicesOf,
  type Defaults,
  type GivenSettings,
  type NetworkSetting,
  type NetworkSettings,
  type SettingsOfNetwork,
  settingRows,
  type TrainingSettings,
  type ValuesOf,
} from './settings/network-settings.js';
export { readEntries } from './settings/read-entries.js';
export {
  type Choice,
  fraction,
  isChoice,
  multipleOf,
  nonNegativeNumber,
  oneOf,
  onOrOff,
  positiveNumber,
  type Rule,
  readText,
  text,
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
export { type AllSettings, defaultNegativeSlope, type SettingName, settingTable } from './settings/table.js';
