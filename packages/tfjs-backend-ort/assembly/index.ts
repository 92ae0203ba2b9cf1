export { activationGradient } from './activation-gradient';
export {
  batchNorm,
  batchNormGradient,
  batchNormGradientFactors,
  batchNormGradientSums,
  batchNormMoments,
  batchNormStatistics,
} from './batch-norm';
export { columnSums } from './column-sums';
export { depthwise, depthwiseInputGradient } from './depthwise';
export { depthwiseFilterGradient } from './depthwise-filter';
export { activation, biasActivation, binary, binaryScalar } from './elementwise';
export { adam, sgd } from './optimizers';
export { gatherPatches } from './patches';
export { maximumPool } from './maximum-pool';
export { maximumPoolGradient } from './maximum-pool-gradient';
export { averagePool, averagePoolGradient } from './average-pool';
export { resizeBilinear } from './resize';
export { rowProductGradient } from './row-product-gradient';
export { smoothActivation, smoothActivationWithSlope } from './smooth-activation';
export { winogradTransform } from './winograd';
export { setWorkspace } from './workspace';
