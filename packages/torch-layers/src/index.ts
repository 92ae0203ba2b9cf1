export type { Rectifier, StateSelection } from '@cifarlab/tfjs-ops';
export { classifierHead, type HeadNames, layerName } from './classifier/head.js';
export {
  CLASSIFIER_OPTIONS,
  type ClassifierOptions,
  type ClassifierSettings,
  classifierSettings,
} from './classifier/options.js';
export { headFeatures } from './fine-tuning/head-features.js';
export { freezeStages, stageCount } from './fine-tuning/stages.js';
export { type VariableGroups, variableGroups } from './fine-tuning/variable-groups.js';
export { type ImageStatistics, normaliseImages } from './images/normalise-images.js';
export { type PreprocessOptions, preprocessImages } from './images/preprocess-images.js';
export { resizeImages } from './images/resize-images.js';
export type { BatchNormMode } from './layers/batch-norm-mode.js';
export { ConvNorm, type ConvNormArguments } from './layers/conv-norm.js';
export { Linear, type LinearArguments } from './layers/linear.js';
export type { LinearStart } from './layers/linear-start.js';
export { MaxPool3x3 } from './layers/max-pool.js';
export { checkedSeed, type Seed } from './layers/seed.js';
export { imageShape, type Shape, singleInput } from './layers/shape.js';
export { registerLayers } from './register-layers.js';
export { loadTorchState } from './torch/load-torch-state.js';
export { type TorchState, toTorchState } from './torch/to-torch-state.js';
export { type TorchEntry, type TorchNamed, torchEntries } from './torch/torch-entries.js';
export { kernelAndBiasNames, normNames } from './torch/torch-names.js';
export { torchUniform } from './torch/torch-uniform.js';
