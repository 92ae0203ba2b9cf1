export {
  type BatchNormMode,
  freezeStages,
  headFeatures,
  type LinearStart,
  loadTorchState,
  type PreprocessOptions,
  registerLayers,
  type StateSelection,
  stageCount,
  type TorchState,
  toTorchState,
  type VariableGroups,
  variableGroups,
} from '@cifarlab/torch-layers';
export { createEfficientNetLite, type EfficientNetLiteOptions } from './create-efficientnet-lite.js';
export { preprocess } from './preprocess.js';
export { type EfficientNetLiteScale, type EfficientNetLiteVariant, efficientNetLiteVariants } from './variants.js';
