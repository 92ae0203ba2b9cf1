export type { LayerNormOptions } from '../options.js';
export type { DType, FloatNdArray } from './float-array.js';
export { type LayerNormCache, type LayerNormGradients, layerNormBackward, layerNormForward } from './layer-norm.js';
export { LayerNorm, type LayerNormModuleOptions } from './layer-norm-module.js';
