export {
  type DecodedSafetensors,
  type DecodedSafetensorsMap,
  type DecodeOptions,
  decodeSafetensors,
  decodeSafetensorsMap,
} from './decode.js';
export type { TensorArray } from './dtype.js';
export { encodeSafetensors } from './encode.js';
export { SafetensorsError } from './error.js';
export { stripPrefix } from './strip-prefix.js';
export type { Tensor } from './tensor.js';
export { toFloat32 } from './widen.js';
