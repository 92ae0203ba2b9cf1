export { type Cifar10Description, describeCifar10 } from './describe-cifar10.js';
export { descriptionLines } from './description-lines.js';
export { Cifar10Error, type Cifar10ErrorCode, type SourceAttempt } from './errors.js';
export type { BatchReport } from './formats/assembly.js';
export type { FileForm } from './formats/form.js';
export { type Cifar10, type Cifar10Source, loadCifar10 } from './load-cifar10.js';
export type { Cifar10Options, SplitOptions } from './options.js';
export type { Cifar10Progress, OnProgress, SourceOrigin } from './progress.js';
export { CLASS_NAMES } from './records.js';
export { cifar10CacheDir } from './sources/cache/cache-folder.js';
export type { SourceForm } from './sources/source.js';
export type { AugmentOptions } from './splits/augmentation.js';
export type { BatchOrderName } from './splits/batch-order.js';
export { type Batch, type BatchExamples, DataSet, type NhwcBatch } from './splits/data-set.js';
export type { DataSetState, SavedDataSetState } from './splits/data-set-state.js';
export { mirrorNchw, mirrorNhwc } from './splits/mirror.js';
export {
  CHANNEL_DEVIATIONS,
  CHANNEL_MEANS,
  type ChannelStatistics,
  type Preprocessing,
  preprocessImage,
} from './splits/preprocessing.js';
export { shiftNchw, shiftNhwc } from './splits/shift.js';
export {
  AUGMENTATION_STREAM,
  EPOCH_ORDER_STREAMS,
  type ImageSplits,
  type LabelledImages,
  splitImages,
} from './splits/split-images.js';
export { type UnlabelledOptions, unlabelledSplit } from './splits/unlabelled-split.js';
