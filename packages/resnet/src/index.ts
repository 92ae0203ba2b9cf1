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
export { createResNet, type ResNetOptions } from './create-resnet.js';
export { preprocess } from './preprocess.js';
export { type ResNetBlocks, type ResNetVariant, resNetVariants } from './variants.js';
