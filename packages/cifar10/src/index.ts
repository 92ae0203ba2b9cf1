export type { BatchReport } from './assembly.js';
export type { AugmentOptions } from './augmentation.js';
export type { BatchOrderName } from './batch-order.js';
export { cifar10CacheDir } from './cache.js';
export { type Batch, DataSet, type DataSetState, type NhwcBatch, type SavedDataSetState } from './data-set.js';
export { type Cifar10Description, describeCifar10 } from './describe-cifar10.js';
export { Cifar10Error, type Cifar10ErrorCode, type SourceAttempt } from './errors.js';
export { CLASS_NAMES } from './format.js';
export type { FileForm } from './forms.js';
export type { SourceForm } from './given.js';
export {
  AUGMENTATION_STREAM,
  type Cifar10,
  type Cifar10Options,
  type Cifar10Source,
  EPOCH_ORDER_STREAMS,
  loadCifar10,
} from './load-cifar10.js';
export { mirrorNchw, mirrorNhwc } from './mirror.js';
export { CHANNEL_DEVIATIONS, CHANNEL_MEANS, type Preprocessing, preprocessImage } from './preprocessing.js';
export type { Cifar10Progress, OnProgress, SourceOrigin } from './progress.js';
