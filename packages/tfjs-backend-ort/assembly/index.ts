export { batchNorm, batchNormGradient } from './batch-norm';
export { columnSums } from './column-sums';
export { depthwise, depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
export { activation, biasActivation, binary, binaryScalar } from './elementwise';
export { adam, sgd } from './optimizers';
export { pool, poolGradient } from './pooling';
export { winogradTransform } from './winograd';
export { winogradWeights, winogradWeightsAdjoint } from './winograd-weights';
export { setWorkspace } from './workspace';
