export { type StateSelection, selectState } from '@cifarlab/internals/select-state';
export { SMOOTH_ACTIVATIONS, type SmoothActivation } from './activation/activations.js';
export { smoothActivation } from './activation/smooth-activation.js';
export type { BatchNormActivation } from './batch-norm/activation.js';
export { BatchNorm, type BatchNormArguments } from './batch-norm/batch-norm-layer.js';
export {
  type BatchNormTrainingOptions,
  type BatchNormTrainingResult,
  batchNormTraining,
} from './batch-norm/batch-norm-training.js';
export { clipByValue, clipGlobalNorm } from './clip.js';
export { type BiasedConv2dOptions, biasedConv2d } from './convolution/biased-conv2d.js';
export { type FixedNorm, type FoldedConv, foldNorm } from './convolution/fold-norm.js';
export type { Rectifier } from './convolution/rectifier.js';
export { rectify } from './convolution/rectify.js';
export { type CustomOp, isRecording, runCustomOp } from './custom-op.js';
export { dropoutMask, type MaskKey } from './dropout/dropout-mask.js';
export { SeededDropout, type SeededDropoutArguments } from './dropout/seeded-dropout.js';
export { linear } from './linear.js';
export { Adam, type AdamOptions, AdamW } from './optimizers/adam.js';
export type { AdamSettings } from './optimizers/adam-rule.js';
export type { OptimizerOptions } from './optimizers/grouped-optimizer.js';
export { Muon, type MuonOptions } from './optimizers/muon.js';
export type { MuonSettings } from './optimizers/muon-rule.js';
export type { OptimizerState, StoredOptimizerState } from './optimizers/optimizer-state.js';
export { orthogonalize } from './optimizers/orthogonalize.js';
export {
  type GroupSelector,
  type LearningRateScale,
  noDecayOnBiasesAndNorms,
  type ParameterGroup,
} from './optimizers/parameter-groups.js';
export { SGD, type SGDOptions } from './optimizers/sgd.js';
export type { SGDSettings } from './optimizers/sgd-rule.js';
export type { CommonSettings } from './optimizers/update-rule.js';
export { registerLayers, registerOptimizers } from './register-classes.js';
export { residualSum } from './residual-sum.js';
