export { type EncodableWeights, encodeTorchWeights } from './encode-torch-weights.js';
export { TorchWeightsError, type TorchWeightsErrorCode } from './error.js';
export type { TorchWeightsOptions } from './options.js';
export { readTorchWeights, type TorchWeights } from './read-torch-weights.js';
