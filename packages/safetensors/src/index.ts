export { type DecodedSafetensors, decodeSafetensors } from './decode.js';
export type { TensorArray } from './dtype.js';
export { encodeSafetensors } from './encode.js';
export { SafetensorsError } from './error.js';
export type { Tensor } from './tensor.js';
