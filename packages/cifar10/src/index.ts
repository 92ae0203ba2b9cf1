export { type Cifar10Description, describeCifar10 } from './describe-cifar10.js';
export { descriptionLines } from './description-lines.js';
export { Cifar10Error, type Cifar10ErrorCode, type SourceAttempt } from './errors.js';
export type { BatchReport } from './formats/assembly.js';
export type { FileForm } from './formats/form.js';
export {
  AUGMENTATION_STREAM,
  type Cifar10,
  type Cifar10Source,
  EPOCH_ORDER_STREAMS,
  loadCifar10,
} from './load-cifar10.js';
export type { Cifar10Options } from './options.js';
export type { Cifar10Progress, OnProgress, SourceOrigin } from './progress.js';
export { CLASS_NAMES } from './records.js';
export { cifar10CacheDir } from './sources/cache/cache-folder.js';
export type { SourceForm } from './sources/source.js';
export type { AugmentOptions } from './splits/augmentation.js';
export type { BatchOrderName } from './splits/batch-order.js';
export { type Batch, DataSet, type NhwcBatch } from './splits/data-set.js';
export type { DataSetState, SavedDataSetState } from './splits/data-set-state.js';
export { mirrorNchw, mirrorNhwc } from './splits/mirror.js';
export { CHANNEL_DEVIATIONS, CHANNEL_MEANS, type Preprocessing, preprocessImage } from './splits/preprocessing.js';
