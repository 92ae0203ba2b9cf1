/** The functions of the WebAssembly module: addresses and sizes in bytes, counts, codes, and numbers. */
export type SimdExports = Record<
  | 'activation'
  | 'activationGradient'
  | 'adam'
  | 'batchNorm'
  | 'batchNormGradient'
  | 'biasActivation'
  | 'binary'
  | 'binaryScalar'
  | 'columnSums'
  | 'depthwise'
  | 'depthwiseFilterGradient'
  | 'depthwiseInputGradient'
  | 'gatherPatches'
  | 'pool'
  | 'poolGradient'
  | 'resizeBilinear'
  | 'rowProductGradient'
  | 'setWorkspace'
  | 'sgd'
  | 'smoothActivation'
  | 'smoothActivationGradient'
  | 'winogradTransform'
  | 'winogradWeights'
  | 'winogradWeightsAdjoint',
  (...values: number[]) => void
>;
